import CStartup
import FXKit
import Glibc

/// The arguments of the process; those of Swift's library are lost where /proc is not mounted.
let arguments = (0..<Int(fx_argument_count())).compactMap { index in
  fx_arguments()?[index].map { String(cString: $0) }
}
var console = Console.standard
exit(Tool.run(Array(arguments.dropFirst()), &console))
