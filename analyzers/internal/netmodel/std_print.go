package netmodel

// stdPrint is formatted text to and from a stream, and the loggers, which only
// look at the values that they are given.
func stdPrint() []Row {
	return []Row{
		{"fmt.Fprint", wait(0, Write)},
		{"fmt.Fprintf", wait(0, Write)},
		{"fmt.Fprintln", wait(0, Write)},
		{"fmt.Fscan", wait(0, Read)},
		{"fmt.Fscanf", wait(0, Read)},
		{"fmt.Fscanln", wait(0, Read)},
		{"fmt.Print", borrow()},
		{"fmt.Printf", borrow()},
		{"fmt.Println", borrow()},
		{"fmt.Sprint", borrow()},
		{"fmt.Sprintf", borrow()},
		{"fmt.Sprintln", borrow()},
		{"fmt.Append", borrow()},
		{"fmt.Appendf", borrow()},
		{"fmt.Appendln", borrow()},

		{"log.Print", borrow()},
		{"log.Printf", borrow()},
		{"log.Println", borrow()},

		{"(*log.Logger).Print", borrow()},
		{"(*log.Logger).Printf", borrow()},
		{"(*log.Logger).Println", borrow()},

		{"log.New", uses(0, 0)},

		{"log/slog.Debug", borrow()},
		{"log/slog.DebugContext", borrow()},
		{"log/slog.Error", borrow()},
		{"log/slog.ErrorContext", borrow()},
		{"log/slog.Info", borrow()},
		{"log/slog.InfoContext", borrow()},
		{"log/slog.Warn", borrow()},
		{"log/slog.WarnContext", borrow()},
		{"log/slog.Log", borrow()},
		{"log/slog.LogAttrs", borrow()},

		{"(*log/slog.Logger).Debug", borrow()},
		{"(*log/slog.Logger).DebugContext", borrow()},
		{"(*log/slog.Logger).Error", borrow()},
		{"(*log/slog.Logger).ErrorContext", borrow()},
		{"(*log/slog.Logger).Info", borrow()},
		{"(*log/slog.Logger).InfoContext", borrow()},
		{"(*log/slog.Logger).Warn", borrow()},
		{"(*log/slog.Logger).WarnContext", borrow()},
		{"(*log/slog.Logger).Log", borrow()},
		{"(*log/slog.Logger).LogAttrs", borrow()},

		{"log/slog.NewJSONHandler", uses(0, 0)},
		{"log/slog.NewTextHandler", uses(0, 0)},
		{"(*text/template.Template).Execute", wait(1, Write)},
		{"(*text/template.Template).ExecuteTemplate", wait(1, Write)},
		{"(*html/template.Template).Execute", wait(1, Write)},
		{"(*html/template.Template).ExecuteTemplate", wait(1, Write)},
		{"text/tabwriter.NewWriter", uses(0, 0)},
		{"(*text/tabwriter.Writer).Write", wait(0, Write)},
		{"(*text/tabwriter.Writer).Flush", wait(0, Write)},
		{"runtime.KeepAlive", borrow()},
		{"runtime.SetFinalizer", borrow()},
	}
}
