package netmodel

// thirdParty are the rows of widely used libraries whose bodies do not tell
// what they do to a connection.
var thirdParty = []Row{}
