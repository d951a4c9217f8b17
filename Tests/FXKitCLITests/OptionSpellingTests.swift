import FXCore
import FXExport
import FXTensor
import FXTestSupport
import Testing

@testable import FXKitCLI

/// Options that have a second spelling, and outputs of `run`.
struct OptionSpellingTests {
  private let folder = TemporaryFolder()
  private let model = Fixtures.path("archives/conv-norm.pt2")

  @Test func formatsHaveOneSpellingEverywhere() {
    let text = Invocation("convert", model, "-", "--to", "fx").output
    #expect(Invocation("convert", model, "-", "--form", "fx").output == text)
    #expect(
      Invocation("print", model, "--to", "code").output
        == Invocation("print", model, "--format", "code").output)
    for command in Command.all {
      let help = Help.text(of: command)
      for option in command.options {
        for alias in option.aliases { #expect(!help.contains("--\(alias) ")) }
      }
    }
  }

  @Test func theCommandItselfIsAskedInManyWays() {
    #expect(Invocation("-h", "info").output == Invocation("info", "--help").output)
    #expect(Invocation("help", "help").output == Invocation("--help").output)
    for word in ["version", "-V"] {
      #expect(Invocation(word).output == Invocation("--version").output)
    }
  }

  @Test func outputsOfARunMayBeStreamed() throws {
    let path = folder.file("o.npy")
    #expect(Invocation("run", model, "--outputs", path).status == 0)
    let stream = try Subprocess(
      Subprocess.fxkit, ["run", model, "--outputs", "-", "--to", "npy"]
    ).finish()
    #expect(stream.status == .exited(0))
    #expect(stream.output == (try readFile(path)))
  }

  /// What a file can't hold is an error that names it, and the output, before inputs are read.
  @Test func outputsThatDoNotFitAreFoundFirst() throws {
    let dtypes = Fixtures.path("archives/dtypes-and-constants.pt2")
    let run = Invocation("run", dtypes, "--outputs", folder.file("all.npy"), "--inputs", "/none")
    #expect(run.status == 1)
    #expect(run.errors.first?.contains("\(folder.file("all.npy"))") == true, "\(run.errors)")
    let error = #expect(throws: FXError.self) {
      try TensorFile.check([("output 0 'y'", .bfloat16)], for: .npz)
    }
    #expect(error?.code == .npyDType && error?.place.path == "output 0 'y'")
    #expect(throws: FXError.self) {
      try TensorFile.check([("a", .float32), ("b", .float32)], for: .npy)
    }
    #expect(throws: Never.self) { try TensorFile.check([("a", .bfloat16)], for: .safetensors) }
  }
}
