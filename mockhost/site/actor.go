package site

import "encoding/json"

// Actor is who acts or looks, by the names of all eras. The zero Actor is the anonymous visitor.
type Actor struct{ AccountID, Key, Name, DisplayName string }

// Actor is a person of the site as tokens and addresses name them.
func (s Site) Actor(u User) Actor {
	return Actor{AccountID: u.AccountID, Key: s.UserKey(u), Name: u.LegacyName(), DisplayName: u.DisplayName}
}

// ActorNamed finds a person by account id, user key or user name. Whoever the site does not know has
// that one name for all.
func (s Site) ActorNamed(name string) Actor {
	for _, u := range s.Users {
		if a := s.Actor(u); name == a.AccountID || name == a.Key || name == a.Name {
			return a
		}
	}
	return Actor{AccountID: name, Key: name, Name: name, DisplayName: name}
}

// Subject is the sub claim of tokens; "" for the anonymous visitor. Source: protocol jwt.md §2.
func (a Actor) Subject(p Practice) string {
	if p.AccountIDs {
		return a.AccountID
	}
	return a.Key
}

// Context is the context claim of tokens that are bound to a request: {} but in 2016, which has the
// user there. How a descriptor that asked for account ids finds them is known from what
// atlassian-connect-express reads, no more. Source: protocol jwt.md §2, §5.
func (a Actor) Context(p Practice) json.RawMessage {
	if !p.UserContext || a == (Actor{}) {
		return json.RawMessage("{}")
	}
	var claim struct {
		User struct {
			AccountID   string `json:"accountId,omitempty"`
			UserKey     string `json:"userKey,omitempty"`
			Username    string `json:"username,omitempty"`
			DisplayName string `json:"displayName"`
		} `json:"user"`
	}
	claim.User.DisplayName = a.DisplayName
	if p.AccountIDs {
		claim.User.AccountID = a.AccountID
	} else {
		claim.User.UserKey, claim.User.Username = a.Key, a.Name
	}
	text, _ := json.Marshal(claim) // texts always encode
	return text
}
