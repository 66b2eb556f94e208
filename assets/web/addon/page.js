"use strict";

// Says whether the bridge to the host page works: the host's script makes AP, and a call through
// it comes back only when both ends understand each other.
{
  const bridge = document.getElementById("bridge");
  if (window.AP) {
    bridge.textContent = "AP is there, no answer from the host page yet";
    window.AP.getLocation((location) => {
      bridge.textContent = "Connected to " + location;
    });
  } else if (document.querySelector("script[data-options]")) {
    bridge.textContent = "No AP: open the page through a site, in its frame";
  }
}
