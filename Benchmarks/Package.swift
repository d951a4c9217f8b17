// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "fxkit-benchmarks",
  dependencies: [.package(name: "fxkit", path: "..")],
  targets: [
    .systemLibrary(name: "CMalloc"),
    .systemLibrary(
      name: "CJSONC", pkgConfig: "json-c", providers: [.apt(["libjson-c-dev"]), .brew(["json-c"])]),
    .executableTarget(
      name: "fxbench",
      dependencies: [.product(name: "FXKit", package: "fxkit"), "CJSONC", "CMalloc"]),
  ],
  swiftLanguageModes: [.v6]
)
