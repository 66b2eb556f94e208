package site

// Objects are the values of the things a visitor of the site would have in front of them: one
// project with an issue, or one space with a page. Keys are the names that module URLs use for
// context variables ("issue.key"), plus a few that only bodies and pages show ("issue.summary").
//
// Event bodies and page requests take their values from here, so that an event about DEMO-1 and
// a panel opened on DEMO-1 speak of the same issue. The map is the caller's own.
// Source of the names: protocol iframe.md §1.
func (s Site) Objects() map[string]string {
	if s.Product == Confluence {
		return confluenceObjects()
	}
	return jiraObjects()
}

func jiraObjects() map[string]string {
	return map[string]string{
		"project.id": "10000", "project.key": "DEMO", "project.name": "Demonstration",
		"issue.id": "10001", "issue.key": "DEMO-1", "issue.summary": "Lamp in the reading room flickers",
		"issue.description": "It started on Monday. Turning it off and on helps for an hour.",
		"issuetype.id":      "10002", "issuetype.name": "Task",
		"otherIssue.id": "10002", "otherIssue.key": "DEMO-2",
		"comment.id": "10110", "comment.body": "A new starter is on order.",
		"worklog.id": "10120", "attachment.id": "10130", "attachment.name": "lamp.png",
		"version.id": "10140", "version.name": "1.0", "mergedVersion.id": "10141", "mergedVersion.name": "1.0-beta",
		"component.id": "10150", "component.name": "Reading room",
		"dashboard.id": "10160", "dashboardItem.id": "10161", "dashboardItem.key": "demo-item",
		"dashboardItem.viewType": "default",
		"board.id":               "3", "board.type": "scrum", "board.screen": "WORK", "board.name": "DEMO board",
		"sprint.id": "12", "sprint.state": "active", "sprint.name": "DEMO sprint 1",
		"filter.id": "10170", "filter.name": "Open lamps",
		"property.key":              "com.example.inspection",
		"postFunction.id":           "b8b1f3b0-7d0e-4c39-9f43-3c1f2a8a1d10",
		"postFunction.config":       "",
		"servicedesk.requestId":     "10001",
		"servicedesk.serviceDeskId": "1", "servicedesk.requestTypeId": "7",
	}
}

func confluenceObjects() map[string]string {
	return map[string]string{
		"space.id": "98304", "space.key": "TEAM", "space.name": "Team handbook",
		"content.id": "98310", "content.version": "3", "content.type": "page", "content.plugin": "",
		"content.title": "Care of the reading room",
		"page.id":       "98310", "page.version": "3", "page.type": "page", "page.title": "Care of the reading room",
		"parent.id": "98305", "parent.title": "Rooms", "otherParent.id": "98306", "otherParent.title": "Archive of rooms",
		"sibling.id": "98311", "sibling.title": "Opening hours",
		"blog.id": "98320", "blog.title": "The lamps are back",
		"comment.id": "98330", "attachment.id": "98340", "attachment.name": "floor-plan.png",
		"label.name": "lighting",
		"macro.id":   "1f6a5c52-3f0d-4f5e-9b43-6d8c2f7b9a01", "macro.hash": "1f6a5c52-3f0d-4f5e-9b43-6d8c2f7b9a01",
		"macro.body": "", "macro.truncated": "false", "output.type": "display",
	}
}
