"""The sandbox itself."""


def test_site_is_served(http):
	assert http().get("/api/method/ping").json() == {"message": "pong"}
	assert http("Administrator").logged_in()


def test_desk_opens(desk, screenshots):
	page = desk("Administrator")
	page.goto("/app/user")
	page.get_by_text("Administrator").first.wait_for()
	page.screenshot(path=screenshots / "user-list.png")
