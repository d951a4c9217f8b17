import FXKit
import Glibc

var console = Console.standard
exit(Tool.run(Array(CommandLine.arguments.dropFirst()), &console))
