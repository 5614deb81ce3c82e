// Package rawlisten makes listeners with a given backlog, which package net does not offer: it takes the longest
// queue that the system allows. Servers do this by hand when they set socket options of their own.
package rawlisten
