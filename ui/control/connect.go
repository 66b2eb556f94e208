package control

import (
	"errors"
	"net/http"
	"time"

	"connect-workbench/ui/workbench"
)

// connectView is what an add-on has to be told, and what has been seen of it, as JSON.
type connectView struct {
	Proxy              string          `json:"proxy"`
	InstallKeys        string          `json:"installKeys"`
	OAuth              string          `json:"oauth"`
	CAFile             string          `json:"caFile"`
	TrustStore         string          `json:"trustStore"`
	TrustStorePassword string          `json:"trustStorePassword"`
	Frameworks         []frameworkView `json:"frameworks"`
	Addons             []checksView    `json:"addons"`
	Allowed            []string        `json:"allowed"`
	Refused            []refusedView   `json:"refused"`
}

type frameworkView struct {
	ID       string        `json:"id"`
	Name     string        `json:"name"`
	Intro    string        `json:"intro"`
	Settings []settingView `json:"settings"`
	Notes    []string      `json:"notes"`
	All      string        `json:"all"` // lines for a shell
}

type settingView struct {
	Name  string `json:"name,omitempty"` // left out for a flag
	Value string `json:"value"`
	Line  string `json:"line"`
	Help  string `json:"help"`
}

type checksView struct {
	Key     string      `json:"key,omitempty"`
	Name    string      `json:"name,omitempty"`
	BaseURL string      `json:"baseUrl"`
	Checks  []checkView `json:"checks"`
}

type checkView struct {
	ID       workbench.CheckID `json:"id"`
	Title    string            `json:"title"`
	State    string            `json:"state"` // "open", "passed", "failed"
	Exchange int64             `json:"exchange,omitempty"`
	Passed   int64             `json:"passed,omitempty"`
	Failed   int64             `json:"failed,omitempty"`
	Time     *time.Time        `json:"time,omitempty"`
	Detail   string            `json:"detail,omitempty"`
	Hint     string            `json:"hint,omitempty"` // while it is open
}

type refusedView struct {
	Host     string    `json:"host"`
	Exchange int64     `json:"exchange"`
	Time     time.Time `json:"time"`
}

func (s *Server) connect(rw http.ResponseWriter, r *http.Request) {
	lists, err := s.w.Checklist(r.Context())
	if err != nil {
		notDone(rw, err)
		return
	}
	refused, err := s.w.RefusedHosts(r.Context())
	if err != nil {
		notDone(rw, err)
		return
	}
	writeJSON(rw, http.StatusOK, newConnectView(s.w.ConnectGuide(), lists, s.w.ProxyAllowed(), refused))
}

func newConnectView(g workbench.ConnectGuide, lists []workbench.AddonChecks, allowed []string, refused []workbench.RefusedHost) connectView {
	a := g.Addresses
	view := connectView{Proxy: a.Proxy, InstallKeys: a.InstallKeys, OAuth: a.OAuth, CAFile: a.CAFile, TrustStore: a.TrustStore,
		TrustStorePassword: a.TrustStorePassword, Frameworks: []frameworkView{}, Addons: []checksView{},
		Allowed: append([]string{}, allowed...), Refused: []refusedView{}}
	for _, f := range g.Frameworks {
		one := frameworkView{ID: f.ID, Name: f.Name, Intro: f.Intro, Settings: []settingView{}, Notes: f.Notes, All: f.All}
		for _, setting := range f.Settings {
			one.Settings = append(one.Settings, settingView(setting))
		}
		view.Frameworks = append(view.Frameworks, one)
	}
	for _, list := range lists {
		one := checksView{Key: list.Key, Name: list.Name, BaseURL: list.BaseURL, Checks: []checkView{}}
		for _, c := range list.Checks {
			one.Checks = append(one.Checks, newCheckView(c))
		}
		view.Addons = append(view.Addons, one)
	}
	for _, h := range refused {
		view.Refused = append(view.Refused, refusedView(h))
	}
	return view
}

func newCheckView(c workbench.Check) checkView {
	view := checkView{ID: c.ID, Title: c.Title, State: c.State, Exchange: c.Exchange, Passed: c.Passed, Failed: c.Failed, Detail: c.Detail}
	if c.Exchange == 0 {
		view.Hint = c.Hint
		return view
	}
	view.Time = &c.Time
	return view
}

// allowHosts replaces the list of hosts that the proxy may reach.
func (s *Server) allowHosts(rw http.ResponseWriter, r *http.Request) {
	var ask struct {
		Hosts *[]string `json:"hosts"`
	}
	if !readJSON(rw, r, &ask) {
		return
	}
	if ask.Hosts == nil {
		badRequest(rw, `"hosts" is missing: send the whole list, an empty one to allow none.`)
		return
	}
	err := s.w.SetProxyAllowed(*ask.Hosts)
	var entry *workbench.AllowError
	switch {
	case errors.As(err, &entry):
		badRequest(rw, "The list was not changed: "+err.Error()+".")
	case err != nil:
		notDone(rw, err)
	default:
		writeJSON(rw, http.StatusOK, map[string]any{"hosts": append([]string{}, s.w.ProxyAllowed()...)})
	}
}
