// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "fxkit",
  products: [
    .library(name: "FXKit", targets: ["FXKit"]),
    .library(name: "FXCore", targets: ["FXCore"]),
    .library(name: "FXTensor", targets: ["FXTensor"]),
    .library(name: "FXGraph", targets: ["FXGraph"]),
    .library(name: "FXSchemas", targets: ["FXSchemas"]),
    .library(name: "FXExport", targets: ["FXExport"]),
    .library(name: "FXKernels", targets: ["FXKernels"]),
    .library(name: "FXOperators", targets: ["FXOperators"]),
    .library(name: "FXATen", targets: ["FXATen"]),
    .library(name: "FXRuntime", targets: ["FXRuntime"]),
    .library(name: "FXPasses", targets: ["FXPasses"]),
    .executable(name: "fxkit", targets: ["FXKitCLI"]),
  ],
  targets: [
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    // Only tests use json-c, as the parser that FXKit's own is compared with.
    .systemLibrary(
      name: "CJSONC", pkgConfig: "json-c", providers: [.apt(["libjson-c-dev"]), .brew(["json-c"])]),
    .target(name: "FXCore"),
    // Loops that are compiled for several generations of processors, which Swift cannot do.
    .target(name: "CVectorMath"),
    .target(name: "FXTensor", dependencies: ["FXCore", "CVectorMath"]),
    .target(name: "FXGraph", dependencies: ["FXCore"]),
    .target(name: "FXSchemas", dependencies: ["FXGraph"]),
    .target(name: "FXExport", dependencies: ["FXSchemas", "FXTensor", "CZlib"]),
    // Opens oneDNN, of version 2 or 3, when it is first needed; no headers of it are.
    .target(name: "COneDNN"),
    // Opens OpenBLAS when it is first needed; no headers of it are.
    .target(name: "COpenBLAS"),
    .target(name: "FXKernels", dependencies: ["FXTensor", "CVectorMath", "COneDNN", "COpenBLAS"]),
    .target(name: "FXOperators", dependencies: ["FXSchemas", "FXKernels"]),
    .target(name: "FXATen", dependencies: ["FXOperators"]),
    .target(name: "FXRuntime", dependencies: ["FXATen", "FXExport"]),
    .target(name: "FXPasses", dependencies: ["FXRuntime"]),
    .target(
      name: "FXKit",
      dependencies: [
        "FXCore", "FXTensor", "FXGraph", "FXSchemas", "FXExport", "FXKernels", "FXOperators",
        "FXATen", "FXRuntime", "FXPasses",
      ]),
    // The command's arguments, and functions by which it starts with older C libraries.
    .target(name: "CStartup"),
    .executableTarget(name: "FXKitCLI", dependencies: ["FXKit", "CStartup"]),
    .target(name: "FXTestSupport", dependencies: ["CZlib"], path: "Tests/FXTestSupport"),
    // Compiles the prototypes of COpenBLAS against OpenBLAS's headers, where those are installed.
    .target(
      name: "COpenBLASHeaders", path: "Tests/COpenBLASHeaders",
      cSettings: [.headerSearchPath("../../Sources/COpenBLAS")]),
    // The targets and mutators of the package Fuzz, whose findings tests repeat without a fuzzer.
    .target(
      name: "FXFuzzing", dependencies: ["FXKit"], path: "Fuzz/Sources",
      exclude: ["main.swift", "LibFuzzer.swift"]),
    .testTarget(name: "FXCoreTests", dependencies: ["FXCore"]),
    .testTarget(name: "FXTensorTests", dependencies: ["FXTensor", "FXTestSupport"]),
    .testTarget(name: "FXGraphTests", dependencies: ["FXGraph", "FXExport", "FXTestSupport"]),
    .testTarget(
      name: "FXExportTests",
      dependencies: ["FXExport", "FXFuzzing", "FXTestSupport", "CZlib", "CJSONC"]),
    .testTarget(name: "FXFuzzingTests", dependencies: ["FXFuzzing", "FXTestSupport"]),
    .testTarget(
      name: "FXOperatorsTests", dependencies: ["FXATen", "FXExport", "FXTestSupport"]),
    .testTarget(
      name: "FXKernelsTests",
      dependencies: [
        "FXKernels", "CVectorMath", "COneDNN", "COpenBLAS", "COpenBLASHeaders", "FXTestSupport",
      ]),
    .testTarget(
      name: "FXRuntimeTests", dependencies: ["FXRuntime", "FXPasses", "FXTestSupport"]),
    .testTarget(
      name: "FXPassesTests", dependencies: ["FXPasses", "FXExport", "FXTestSupport"]),
    .testTarget(name: "FXKitTests", dependencies: ["FXKit", "FXTestSupport"]),
    .testTarget(name: "FXKitCLITests", dependencies: ["FXKitCLI", "FXKit", "FXTestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)

// Under the thread sanitizer, which needs a build of its own, only suites of what threads share are run:
// `tools/dev test --thread-sanitizer`.
if Context.environment["FXKIT_THREAD_SANITIZER"] != nil {
  let tests: Set = ["FXTensorTests", "FXKernelsTests", "FXRuntimeTests"]
  package.targets.removeAll { $0.type == .test && !tests.contains($0.name) }
}
