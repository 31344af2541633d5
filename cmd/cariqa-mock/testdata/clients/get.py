"""Prints the status and the body at an address."""
import sys
import urllib.request

request = urllib.request.Request(sys.argv[1], headers={"Authorization": "Bearer " + sys.argv[2]})
with urllib.request.urlopen(request) as response:
    print(response.status, response.read().decode(), end="")
