import FXKit
import FXTestSupport
import Testing

@testable import FXKitCLI

struct ExtractTests {
  private let folder = TemporaryFolder()
  private let archive = Fixtures.path("archives/conv-norm.pt2")
  private var out: String { folder.file("part.pt2") }

  @Test func anArchiveHoldsOnlyTheWeightsOfThePart() throws {
    #expect(
      Invocation("extract", archive, "--from", "conv2d", "--to", "relu", "-o", out).status == 0)
    let part = try PT2Archive(path: out)
    let names = try part.weights(of: "model").map(\.name)
    #expect(
      names.sorted() == [
        "conv.bias", "conv.weight", "norm.bias", "norm.running_mean", "norm.running_var",
        "norm.weight",
      ])
    let files = part.paths.filter { if case .weight = PT2Role(path: $0) { true } else { false } }
    #expect(files.count == names.count)
    let original = try PT2Archive(path: archive)
    for view in try part.weights(of: "model") {
      let other = try #require(try original.weights(of: "model").first { $0.name == view.name })
      #expect(view.storage.array == other.storage.array)
    }
    #expect(Invocation("validate", out, "--strict").status == 0)
  }

  @Test func aPartWithoutWeightsHasNone() throws {
    #expect(
      Invocation("extract", archive, "--from", "relu", "--to", "mean", "-o", out).status == 0)
    #expect(try PT2Archive(path: out).weights(of: "model").isEmpty)
    let info = Invocation("info", "--json", out).object
    let inputs = try #require(info["inputs"] as? [[String: Any]])
    #expect(inputs.map { $0["name"] as? String } == ["batch_norm"])
    #expect(Invocation("validate", out, "--strict").status == 0)
  }

  @Test func everyNamedNodeIsAnOutputInOrder() throws {
    let run = Invocation("extract", archive, "--to", "relu,conv2d", "--to", "relu")
    #expect(run.status == 0)
    let path = folder.write("part.json", run.output)
    let info = Invocation("info", "--json", path).object
    let outputs = try #require(info["outputs"] as? [[String: Any]])
    #expect(outputs.map { $0["name"] as? String } == ["relu", "conv2d"])
  }

  @Test func withoutLastNodesItEndsWithTheOutputs() throws {
    let run = Invocation("extract", archive, "--from", "mean", "--form", "fx")
    #expect(run.status == 0)
    #expect(run.text.contains("output (%linear,)"))
    #expect(!run.text.contains("conv2d = call_function"))
  }

  @Test func anOldArchiveGivesItsWeights() throws {
    let old = Fixtures.path("compat/2.8.0")
    let names = listFolder(old).filter { $0.hasSuffix(".pt2") }
    let name = try #require(names.first { $0.contains("conv") } ?? names.first)
    let run = Invocation("extract", "\(old)/\(name)", "--to", "output", "-o", out)
    #expect(run.status == 0, "\(run.errors)")
    #expect(Invocation("validate", out).status == 0)
  }

  @Test func weightsComeFromAnArchiveForJSON() throws {
    let json = folder.file("model.json")
    #expect(Invocation("convert", archive, json).status == 0)
    let bare = Invocation("extract", json, "--to", "relu", "-o", out)
    #expect(bare.status == 1)
    #expect(bare.errors[0].contains("conv.weight"))
    #expect(folder.names == ["model.json"])
    #expect(
      Invocation("extract", json, "--to", "relu", "-o", out, "--weights", archive).status == 0)
    #expect(try PT2Archive(path: out).weights(of: "model").count == 6)
  }

  @Test func mistakes() {
    let unknown = Invocation("extract", archive, "--from", "conv2", "--to", "relu")
    #expect(unknown.status == 1)
    #expect(
      unknown.errors == [
        "fxkit: error: \(archive), node 'conv2': the graph has no such node; did you mean 'conv2d'?"
      ])
    #expect(Invocation("extract", archive).status == 2)
    #expect(Invocation("extract", archive, "--to", "relu", "-o", folder.file("x.y")).status == 2)
    #expect(Invocation("extract", archive, "--from", "relu", "--to", "conv2d").status == 1)
    #expect(folder.names == [])
  }
}
