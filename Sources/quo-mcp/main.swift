#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

// Linux tells the command line through /proc. Without it nothing was read of --sandbox either, and the real workspace would be served.
guard !CommandLine.arguments.isEmpty else {
    Output.log("the command line cannot be read, because /proc is not mounted here; mount it, and start again")
    exit(2)
}
exit(run(Array(CommandLine.arguments.dropFirst())))
