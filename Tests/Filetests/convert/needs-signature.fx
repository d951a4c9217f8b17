// RUN: convert --to json 2>&1
// Model JSON is of programs, which have a signature.
fx 1
module @main {
  %x = placeholder : f32[2]
  output (%x,)
}
// ----
// fxkit: error: in.fx: a graph module without a signature can't be written as a program; use .fx or .fx.json
// exit status 1
