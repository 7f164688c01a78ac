"""Opens the page of bindings/web from the file system in a headless Chromium and uses it: a file, a
folder, an archive, pasted text, a hostile log, a long log, a file that vanishes. No request may leave.

Usage: web_browser.py PAGE CHROMIUM [MSILOG [LOG]] (needs Python's playwright)

With the program, the page's speed is held against it, on LOG where there is one.
"""
import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile

from playwright.sync_api import sync_playwright

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FAILED = os.path.join(ROOT, "fixtures", "netfx4-client-patch-registration-1603", "install.log")


def main():
    page_path, chromium, msilog, log_of_user = (sys.argv[1:] + [None, None])[:4]
    faults, requests = [], []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("console", lambda message: faults.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on("request", lambda request: requests.append(request.url))
        page.goto("file://" + os.path.abspath(page_path))
        page.wait_for_selector("body.ready", timeout=30000)

        def until(expression, seconds):
            # The page's own policy forbids Playwright's way of waiting.
            end = time.monotonic() + seconds
            while not page.evaluate(expression):
                assert time.monotonic() < end, f"{expression}: {page.inner_text('#say')} {page.inner_text('#fault')}"
                time.sleep(0.02)

        def wait_said():
            until("/ in \\d/.test(document.getElementById('say').textContent)", 120)
            return page.inner_text("#say")

        def cleared():
            page.evaluate("document.getElementById('say').textContent = ''")

        with open(FAILED, "rb") as log:
            body = log.read()
        big = os.path.join(folder, "three.log")
        with open(big, "wb") as out:
            out.write(body[:2] + body[2:] * (3_000_000 // len(body) + 1))
        begun = time.monotonic()
        page.set_input_files("#files", big)
        until("document.getElementById('view').srcdoc.length > 1000", 30)
        print(f"web: first report of 3 MB after {time.monotonic() - begun:.2f} s: {wait_said()}")
        frame = page.frame_locator("#view")
        frame.locator("tr.cause").first.wait_for(timeout=10000)
        frame.locator("#lines").evaluate("lines => lines.scrollIntoView()")
        frame.locator("#lines .line").first.wait_for(timeout=10000)

        cleared()
        page.fill("#text", "Action start 10:00:00: A.\nError 1310. Error writing to file: C:\\a.dll. System error 5.\n"
                  "Action ended 10:00:00: A. Return value 3.\n")
        page.click("#paste button")
        wait_said()
        frame.get_by_text("Error 1310").first.wait_for(timeout=10000)

        cleared()
        archive = os.path.join(folder, "all.zip")
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
            zipped.write(FAILED, "pc1/install.log")
            zipped.write(FAILED, "pc2/install.log")
        page.set_input_files("#files", archive)
        wait_said()
        assert page.locator("#list li").count() == 2, page.inner_text("#list")
        frame.locator("table.logs").wait_for(timeout=10000)
        page.locator("#list button").first.evaluate("button => button.click()")
        frame.locator("tr.cause").first.wait_for(timeout=10000)
        frame.locator("#lines").evaluate("lines => lines.scrollIntoView()")
        frame.locator("#lines .line").first.wait_for(timeout=10000)

        cleared()
        page.set_input_files("#folder", os.path.join(ROOT, "fixtures"))
        print("web: folder:", wait_said())

        cleared()
        hostile = os.path.join(folder, "h.log")
        acts = "<img src=x onerror=top.document.title='acted'></script><script>top.document.title='acted'</script>"
        with open(hostile, "w", encoding="utf-8") as out:
            out.write(f"Action start 10:00:00: A.\n{acts}\nError 1310. Error writing to file: {acts}. System error 5.\n"
                      f"Action ended 10:00:00: A. Return value 3.\nProperty(S): ProductName = {acts}\n")
        page.evaluate("document.getElementById('redact').click()")
        page.set_input_files("#files", hostile)
        wait_said()
        frame.locator("tr.cause").first.wait_for(timeout=10000)
        frame.locator("#lines").evaluate("lines => lines.scrollIntoView()")
        frame.locator("#lines .line").first.wait_for(timeout=10000)
        assert "acted" not in page.title()

        cleared()
        long = log_of_user or os.path.join(folder, "long.log")
        if not log_of_user:
            with open(long, "wb") as out:
                for _ in range(100_000_000 // len(body)):
                    out.write(body)
        page.evaluate("document.getElementById('redact').click()")
        until("!document.getElementById('redact').checked", 5)
        there, here = [], []
        for _ in range(5 if msilog else 1):
            cleared()
            page.set_input_files("#files", long)
            said = wait_said()
            there.append(float(re.search(r" in ([0-9.]+) s", said)[1]))
            if msilog:
                command = [msilog, "--format", "json", "--jobs", "1", "--exit-zero", "-o", os.path.join(folder, "report.json"), long]
                begun = time.monotonic()
                subprocess.run(command, check=True)
                here.append(time.monotonic() - begun)
        print(f"web: {os.path.getsize(long) // 1_000_000} MB: {there[0]} s, later {min(there)} s")
        if msilog:
            print(f"web: the program takes {min(here):.3f} s: the page has {min(here) / there[0]:.0%} of its speed, "
                  f"later {min(here) / min(there):.0%}")

        cleared()
        page.set_input_files("#files", {"name": "a.bin", "mimeType": "", "buffer": b"\x00\x01MZ" * 100})
        wait_said()
        page.fill("#term", "1603 0x80070005")
        page.evaluate("document.querySelector('#explain button').click()")
        until("document.querySelectorAll('#meaning dt').length === 2", 10)
        browser.close()
    away = [url for url in requests if not url.startswith(("file:", "blob:", "about:", "data:"))]
    print(f"web: {len(faults)} complaints {faults[:3]}, {len(away)} requests {away[:3]}")
    return int(bool(faults or away))


sys.exit(main())
