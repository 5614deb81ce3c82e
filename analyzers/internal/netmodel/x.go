package netmodel

// extended are the rows of golang.org/x.
var extended = []Row{}
