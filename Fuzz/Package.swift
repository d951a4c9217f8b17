// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "fxkit-fuzz",
  dependencies: [.package(name: "fxkit", path: "..")],
  targets: [
    .executableTarget(
      name: "fxfuzz", dependencies: [.product(name: "FXKit", package: "fxkit")], path: "Sources")
  ],
  swiftLanguageModes: [.v6]
)
