import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Loops over the samples of sound (`torchaudio.functional`).
enum AudioOperators {
  static let all: [OperatorDefinition] = [filterLoop, overdriveLoop]

  /// `torchaudio::_lfilter_core_loop(Tensor input_signal_windows, Tensor a_coeff_flipped, Tensor(a!)
  /// padded_output_waveform) -> Tensor(a!)`
  static let filterLoop = OperatorDefinition(
    "torchaudio::_lfilter_core_loop", shape: { $0[2] },
    kernel: { call in
      try RecursiveFilter.run(call.tensor(0), coefficients: call.tensor(1), into: call.tensor(2))
      return call[2]
    })

  /// `torchaudio::_overdrive_core_loop(Tensor waveform, Tensor temp, Tensor(a!) last_in, Tensor(b!)
  /// last_out, Tensor(c!) output_waveform) -> (Tensor(a!), Tensor(b!), Tensor(c!))`
  static let overdriveLoop = OperatorDefinition(
    "torchaudio::_overdrive_core_loop", shape: { .tuple([$0[2], $0[3], $0[4]]) },
    kernel: { call in
      try RecursiveFilter.overdrive(
        call.tensor(0), clipped: call.tensor(1), lastInput: call.tensor(2),
        lastOutput: call.tensor(3), into: call.tensor(4))
      return .tuple([call[2], call[3], call[4]])
    })
}
