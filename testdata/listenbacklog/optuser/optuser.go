// Package optuser fills option structs of another package.
package optuser

import "sockvet.test/listenbacklog/lib/options"

// badLiteral: the field's fact tells.
func badLiteral(fd int) error {
	p := options.Plain{FD: fd, Backlog: 16} // want `listen backlog 16 is below 128: .*through field Backlog\)`
	return p.Open()
}

// badAssigned: filled after the literal.
func badAssigned(fd int) error {
	var p options.Plain
	p.FD = fd
	p.Backlog = 16 // want `listen backlog 16 is below 128`
	return p.Open()
}

// badOmitted: left out is 0.
func badOmitted(fd int) error {
	p := options.Plain{FD: fd} // want `listen backlog 0 \(field Backlog is left out\) is below 128`
	return p.Open()
}

// badOmittedByValue: passed as a value.
func badOmittedByValue(fd int) error {
	return options.OpenPlain(options.Plain{FD: fd}) // want `listen backlog 0 \(field Backlog is left out\)`
}

// badOmittedVariable: a variable that nobody fills.
func badOmittedVariable(fd int) error {
	var p options.Plain // want `listen backlog 0 \(field Backlog is left out\)`
	p.FD = fd
	return p.Open()
}

// badKept: the constructor keeps the options.
func badKept(fd int) error {
	return options.NewServer(fd, options.Options{Name: "a"}).Open() // want `listen backlog 0 \(field Backlog is left out\)`
}

// badOption: a functional option.
func badOption() options.Option {
	return options.WithBacklog(10) // want `listen backlog 10 is below 128: .*through options.WithBacklog\)`
}

// badDefaultedButSmall: only 0 is replaced.
func badDefaultedButSmall(fd int) error {
	d := options.Defaulted{FD: fd, Backlog: 1} // want `listen backlog 1 is below 128`
	return d.Open()
}

// goodLiteral: enough.
func goodLiteral(fd int) error {
	p := options.Plain{FD: fd, Backlog: 4096}
	return p.Open()
}

// goodOmittedDefault: the package replaces 0.
func goodOmittedDefault(fd int) error {
	d := options.Defaulted{FD: fd}
	return d.Open()
}

// goodFilledElsewhere: who gets the pointer may fill the field.
func goodFilledElsewhere(fd int, fill func(*options.Plain)) error {
	p := &options.Plain{FD: fd}
	fill(p)
	return p.Open()
}

// goodReturned: the caller may fill it.
func goodReturned(fd int) *options.Plain {
	return &options.Plain{FD: fd}
}

// goodFilledLater: a field that is set after the literal.
func goodFilledLater(fd int) error {
	p := options.Plain{FD: fd}
	p.Backlog = 1024
	return p.Open()
}

// goodUnknown: read from somewhere.
func goodUnknown(fd int, n int) error {
	p := options.Plain{FD: fd, Backlog: n}
	return p.Open()
}
