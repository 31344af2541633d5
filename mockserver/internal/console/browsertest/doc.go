// Package browsertest has tests alone: pages in Debian's Chromium, which use
// the fake as an app's pages use the vendor's API and Stripe. It is a module of
// its own, so that whoever uses the fake gets no browser automation with it.
package browsertest
