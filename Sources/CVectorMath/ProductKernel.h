// Products of matrices of one type of floats, for the processor's generations.
//
// Both matrices are copied in blocks that stay in the caches, in the order in which the innermost loop
// reads them: it keeps a block of the result in registers. Before this file is read FX_REAL is float
// or double, and FX_NAMED makes a function's name of a stem.

typedef struct {
  // The rows and columns of the blocks that stay in registers.
  int rows, columns;
  // C += A B for a block of which `rows` and `columns` count.
  void (*multiply)(
      const FX_REAL *a, const FX_REAL *b, ptrdiff_t depth, FX_REAL *c, ptrdiff_t stride, int rows,
      int columns);
} FX_NAMED(kernel);

#define FX_KERNEL(generation, attributes, bytes, ROWS, VECTORS) \
  typedef FX_REAL FX_NAMED(vector_##generation) \
      __attribute__((vector_size(bytes), aligned(sizeof(FX_REAL)))); \
  attributes static void FX_NAMED(multiply_##generation)( \
      const FX_REAL *a, const FX_REAL *b, ptrdiff_t depth, FX_REAL *c, ptrdiff_t stride, \
      int rows, int columns) { \
    enum { LANES = bytes / sizeof(FX_REAL), COLUMNS = LANES * VECTORS }; \
    typedef FX_NAMED(vector_##generation) vector; \
    vector sums[ROWS][VECTORS] = {0}; \
    for (ptrdiff_t p = 0; p < depth; p++, a += ROWS, b += COLUMNS) { \
      vector right[VECTORS]; \
      _Pragma("clang loop unroll(full)") for (int v = 0; v < VECTORS; v++) { \
        right[v] = *(const vector *)(b + v * LANES); \
      } \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < ROWS; i++) { \
        _Pragma("clang loop unroll(full)") for (int v = 0; v < VECTORS; v++) { \
          sums[i][v] += a[i] * right[v]; \
        } \
      } \
    } \
    if (rows == ROWS && columns == COLUMNS) { \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < ROWS; i++) { \
        _Pragma("clang loop unroll(full)") for (int v = 0; v < VECTORS; v++) { \
          *(vector *)(c + i * stride + v * LANES) += sums[i][v]; \
        } \
      } \
      return; \
    } \
    FX_REAL block[ROWS][COLUMNS]; \
    memcpy(block, sums, sizeof block); \
    for (int i = 0; i < rows; i++) { \
      for (int j = 0; j < columns; j++) c[i * stride + j] += block[i][j]; \
    } \
  } \
  static const FX_NAMED(kernel) FX_NAMED(kernel_##generation) = { \
      ROWS, bytes / sizeof(FX_REAL) * VECTORS, FX_NAMED(multiply_##generation)};

FX_KERNEL(plain, , 16, 4, 2)
#if FX_HAS_GENERATIONS
FX_KERNEL(v3, __attribute__((target("arch=x86-64-v3"))), 32, 6, 2)
FX_KERNEL(v4, __attribute__((target("arch=x86-64-v4"))), 64, 12, 2)
#endif

static const FX_NAMED(kernel) * FX_NAMED(find_kernel)(void) {
#if FX_HAS_GENERATIONS
  if (fx_generation() >= 4) return &FX_NAMED(kernel_v4);
  if (fx_generation() >= 3) return &FX_NAMED(kernel_v3);
#endif
  return &FX_NAMED(kernel_plain);
}

// Copies rows of A, or of what a complex A is as a matrix of real and imaginary columns.
static void FX_NAMED(pack_left)(
    FX_REAL *packed, const fx_matrix *a, bool is_complex, ptrdiff_t row, ptrdiff_t rows,
    ptrdiff_t start, ptrdiff_t depth, int unit) {
  const FX_REAL *base = a->base;
  for (ptrdiff_t first = 0; first < rows; first += unit) {
    for (ptrdiff_t p = start; p < start + depth; p++) {
      const FX_REAL *column =
          is_complex ? base + 2 * (p >> 1) * a->column_stride + (p & 1) : base + p * a->column_stride;
      ptrdiff_t step = is_complex ? 2 * a->row_stride : a->row_stride;
      column += (row + first) * step;
      for (int i = 0; i < unit; i++) *packed++ = first + i < rows ? column[i * step] : 0;
    }
  }
}

// An element of alpha B; of what a complex B is as a real matrix [[re, im], [-im, re]].
static inline FX_REAL FX_NAMED(right_element)(
    const fx_matrix *b, bool is_complex, const FX_REAL *alpha, ptrdiff_t p, ptrdiff_t j) {
  const FX_REAL *base = b->base;
  if (!is_complex) return alpha[0] * base[p * b->row_stride + j * b->column_stride];
  const FX_REAL *pair = base + 2 * ((p >> 1) * b->row_stride + (j >> 1) * b->column_stride);
  FX_REAL real = alpha[0] * pair[0] - alpha[1] * pair[1];
  FX_REAL imaginary = alpha[0] * pair[1] + alpha[1] * pair[0];
  if ((p & 1) == (j & 1)) return real;
  return p & 1 ? -imaginary : imaginary;
}

static void FX_NAMED(pack_right)(
    FX_REAL *packed, const fx_matrix *b, bool is_complex, const FX_REAL *alpha, ptrdiff_t start,
    ptrdiff_t depth, ptrdiff_t column, ptrdiff_t columns, int unit) {
  bool is_row = !is_complex && b->column_stride == 1;
  for (ptrdiff_t first = 0; first < columns; first += unit) {
    ptrdiff_t count = columns - first < unit ? columns - first : unit;
    for (ptrdiff_t p = start; p < start + depth; p++, packed += unit) {
      if (is_row) {
        const FX_REAL *row = (const FX_REAL *)b->base + p * b->row_stride + column + first;
        for (ptrdiff_t j = 0; j < count; j++) packed[j] = alpha[0] * row[j];
      } else {
        for (ptrdiff_t j = 0; j < count; j++) {
          packed[j] = FX_NAMED(right_element)(b, is_complex, alpha, p, column + first + j);
        }
      }
      for (ptrdiff_t j = count; j < unit; j++) packed[j] = 0;
    }
  }
}

static void FX_NAMED(scale)(
    FX_REAL *c, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride, bool is_complex,
    const FX_REAL *beta) {
  if (beta[0] == 1 && (!is_complex || beta[1] == 0)) return;
  bool is_cleared = beta[0] == 0 && (!is_complex || beta[1] == 0);
  for (ptrdiff_t i = 0; i < rows; i++) {
    FX_REAL *row = c + i * stride;
    if (is_cleared) {
      memset(row, 0, sizeof(FX_REAL) * (size_t)columns);
    } else if (is_complex) {
      for (ptrdiff_t j = 0; j < columns; j += 2) {
        FX_REAL real = beta[0] * row[j] - beta[1] * row[j + 1];
        row[j + 1] = beta[0] * row[j + 1] + beta[1] * row[j];
        row[j] = real;
      }
    } else {
      for (ptrdiff_t j = 0; j < columns; j++) row[j] *= beta[0];
    }
  }
}

static ptrdiff_t FX_NAMED(rounded)(ptrdiff_t count, ptrdiff_t unit) {
  return (count + unit - 1) / unit * unit;
}

static inline ptrdiff_t FX_NAMED(least)(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }

void FX_NAMED(fx_product)(
    ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t depth, bool is_complex, const FX_REAL *alpha,
    const fx_matrix *a, const fx_matrix *b, const FX_REAL *beta, FX_REAL *c, ptrdiff_t stride) {
  const FX_NAMED(kernel) *kernel = FX_NAMED(find_kernel)();
  if (is_complex) {
    columns *= 2;
    depth *= 2;
    stride *= 2;
  }
  FX_NAMED(scale)(c, rows, columns, stride, is_complex, beta);
  ptrdiff_t most_rows = FX_NAMED(least)(FX_BLOCK_ROWS, FX_NAMED(rounded)(rows, kernel->rows));
  ptrdiff_t most_columns =
      FX_NAMED(least)(FX_BLOCK_COLUMNS, FX_NAMED(rounded)(columns, kernel->columns));
  ptrdiff_t most_depth = FX_NAMED(least)(FX_BLOCK_DEPTH, depth);
  FX_REAL spare[FX_SPARE_DEPTH * (FX_SPARE_COLUMNS + FX_SPARE_ROWS)];
  FX_REAL *memory = malloc(sizeof(FX_REAL) * (size_t)(most_depth * (most_columns + most_rows)));
  if (!memory) {
    most_rows = FX_NAMED(least)(FX_SPARE_ROWS, most_rows);
    most_columns = FX_NAMED(least)(FX_SPARE_COLUMNS, most_columns);
    most_depth = FX_NAMED(least)(FX_SPARE_DEPTH, most_depth);
  }
  FX_REAL *right = memory ? memory : spare, *left = right + most_columns * most_depth;
  for (ptrdiff_t column = 0; column < columns; column += most_columns) {
    ptrdiff_t n = FX_NAMED(least)(columns - column, most_columns);
    for (ptrdiff_t start = 0; start < depth; start += most_depth) {
      ptrdiff_t k = FX_NAMED(least)(depth - start, most_depth);
      FX_NAMED(pack_right)(right, b, is_complex, alpha, start, k, column, n, kernel->columns);
      for (ptrdiff_t row = 0; row < rows; row += most_rows) {
        ptrdiff_t m = FX_NAMED(least)(rows - row, most_rows);
        FX_NAMED(pack_left)(left, a, is_complex, row, m, start, k, kernel->rows);
        for (ptrdiff_t j = 0; j < n; j += kernel->columns) {
          int width = (int)FX_NAMED(least)(n - j, kernel->columns);
          for (ptrdiff_t i = 0; i < m; i += kernel->rows) {
            int height = (int)FX_NAMED(least)(m - i, kernel->rows);
            kernel->multiply(
                left + i * k, right + j * k, k, c + (row + i) * stride + column + j, stride,
                height, width);
          }
        }
      }
    }
  }
  free(memory);
}

// The sums of a row times the rows of a matrix, for a stretch of its columns.
FX_CLONES static void FX_NAMED(add_rows)(
    FX_REAL *sums, const FX_REAL *a, ptrdiff_t step, const FX_REAL *b, ptrdiff_t stride,
    ptrdiff_t depth, ptrdiff_t columns) {
  ptrdiff_t p = 0;
  for (; p + 4 <= depth; p += 4, b += 4 * stride) {
    FX_REAL a0 = a[p * step], a1 = a[(p + 1) * step], a2 = a[(p + 2) * step];
    FX_REAL a3 = a[(p + 3) * step];
    for (ptrdiff_t j = 0; j < columns; j++) {
      sums[j] += a0 * b[j] + a1 * b[stride + j] + a2 * b[2 * stride + j] + a3 * b[3 * stride + j];
    }
  }
  for (; p < depth; p++, b += stride) {
    for (ptrdiff_t j = 0; j < columns; j++) sums[j] += a[p * step] * b[j];
  }
}

// The sum of the products of two rows, in 32 partial sums.
FX_CLONES static FX_REAL FX_NAMED(dot)(const FX_REAL *a, const FX_REAL *b, ptrdiff_t count) {
  FX_REAL sums[32] = {0}, rest = 0;
  ptrdiff_t p = 0;
  for (; p + 32 <= count; p += 32) {
    for (int lane = 0; lane < 32; lane++) sums[lane] += a[p + lane] * b[p + lane];
  }
  for (; p < count; p++) rest += a[p] * b[p];
  for (int half = 16; half > 0; half /= 2) {
    for (int lane = 0; lane < half; lane++) sums[lane] += sums[lane + half];
  }
  return sums[0] + rest;
}

static inline void FX_NAMED(put)(FX_REAL *place, FX_REAL sum, FX_REAL alpha, FX_REAL beta) {
  *place = beta == 0 ? alpha * sum : beta * *place + alpha * sum;
}

void FX_NAMED(fx_row_product)(
    ptrdiff_t columns, ptrdiff_t depth, FX_REAL alpha, const FX_REAL *a, ptrdiff_t step,
    const fx_matrix *b, FX_REAL beta, FX_REAL *c, ptrdiff_t result_step) {
  const FX_REAL *base = b->base;
  enum { STRETCH = 512 };
  FX_REAL part[STRETCH];
  if (b->column_stride == 1) {
    for (ptrdiff_t column = 0; column < columns; column += STRETCH) {
      ptrdiff_t n = columns - column < STRETCH ? columns - column : STRETCH;
      memset(part, 0, sizeof part);
      FX_NAMED(add_rows)(part, a, step, base + column, b->row_stride, depth, n);
      for (ptrdiff_t j = 0; j < n; j++) {
        FX_NAMED(put)(c + (column + j) * result_step, part[j], alpha, beta);
      }
    }
    return;
  }
  // Columns follow one another: a sum for each, a stretch of the row at a time.
  for (ptrdiff_t start = 0; start < depth || start == 0; start += STRETCH) {
    ptrdiff_t k = depth - start < STRETCH ? depth - start : STRETCH;
    for (ptrdiff_t p = 0; p < k; p++) part[p] = a[(start + p) * step];
    FX_REAL kept = start == 0 ? beta : 1;
    for (ptrdiff_t j = 0; j < columns; j++) {
      FX_REAL sum = FX_NAMED(dot)(part, base + j * b->column_stride + start, k);
      FX_NAMED(put)(c + j * result_step, sum, alpha, kept);
    }
  }
}

#undef FX_KERNEL
