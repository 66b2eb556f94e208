package site

// Licence is the state of a site's subscription to the add-ons on it. Source: protocol lifecycle.md §5.
type Licence string

// The states, in the order a customer goes through them.
const (
	NoLicence             Licence = "none"
	ActiveTrial           Licence = "active-trial"
	InactiveTrial         Licence = "inactive-trial"
	ActiveSubscription    Licence = "active-subscription"
	CancelledSubscription Licence = "active-subscription-cancelled" // runs until the end of what was paid
	InactiveSubscription  Licence = "inactive-subscription"
)

// Licences lists all states.
func Licences() []Licence {
	return []Licence{NoLicence, ActiveTrial, InactiveTrial, ActiveSubscription, CancelledSubscription, InactiveSubscription}
}

// Active reports whether add-ons count as licensed: lic=active, and none for every other state, an
// expired trial included.
func (l Licence) Active() bool {
	return l == ActiveTrial || l == ActiveSubscription || l == CancelledSubscription
}

// Trial reports whether the licence is, or was, an evaluation.
func (l Licence) Trial() bool { return l == ActiveTrial || l == InactiveTrial }

// Name is the state as people read it.
func (l Licence) Name() string {
	switch l {
	case ActiveTrial:
		return "Trial"
	case InactiveTrial:
		return "Trial, expired"
	case ActiveSubscription:
		return "Subscription"
	case CancelledSubscription:
		return "Subscription, cancelled"
	case InactiveSubscription:
		return "Subscription, expired"
	}
	return "No licence"
}
