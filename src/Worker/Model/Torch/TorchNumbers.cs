using TorchSharp;
using static TorchSharp.torch;

namespace Godwit.Worker.Model.Torch;

/// <summary>
/// Arithmetic of tensors with numbers, and sums of tensors. TorchSharp's operators make a native object of a number (a sum has one too,
/// its factor) and hand on its address alone, so that its finaliser may free it while the native code still reads it: with other threads
/// allocating, one call in some ten thousand fails or, worse, reads another number. Here the object lives until the call is done.
/// </summary>
internal static class TorchNumbers
{
    /// <summary>x + y.</summary>
    public static Tensor Plus(this Tensor x, Tensor y)
    {
        using Scalar once = 1;
        return x.add(y, once);
    }

    /// <summary>x + number.</summary>
    public static Tensor Plus(this Tensor x, double number)
    {
        using Scalar scalar = number, once = 1;
        return x.add(scalar, once);
    }

    /// <summary>x + number, of integers.</summary>
    public static Tensor Plus(this Tensor x, long number)
    {
        using Scalar scalar = number, once = 1;
        return x.add(scalar, once);
    }

    /// <summary>x · number.</summary>
    public static Tensor Times(this Tensor x, double number)
    {
        using Scalar scalar = number;
        return x.mul(scalar);
    }

    /// <summary>x · number, of integers.</summary>
    public static Tensor Times(this Tensor x, long number)
    {
        using Scalar scalar = number;
        return x.mul(scalar);
    }

    /// <summary>⌊x / number⌋, of integers.</summary>
    public static Tensor Over(this Tensor x, long number)
    {
        using Scalar scalar = number;
        return x.div(scalar, RoundingMode.floor);
    }

    /// <summary>x mod number, of integers.</summary>
    public static Tensor Modulo(this Tensor x, long number)
    {
        using Scalar scalar = number;
        return x.remainder(scalar);
    }

    /// <summary>max(x, number), of integers.</summary>
    public static Tensor AtLeast(this Tensor x, long number)
    {
        using Scalar scalar = number;
        return x.clamp_min(scalar);
    }

    /// <summary>min(x, number), of integers.</summary>
    public static Tensor AtMost(this Tensor x, long number)
    {
        using Scalar scalar = number;
        return x.clamp_max(scalar);
    }

    /// <summary>x, but the number where the mask is true.</summary>
    public static Tensor Where(this Tensor x, Tensor mask, double number)
    {
        using Scalar scalar = number;
        return x.masked_fill(mask, scalar);
    }

    /// <summary>x, but the number where the mask is true, of integers.</summary>
    public static Tensor Where(this Tensor x, Tensor mask, long number)
    {
        using Scalar scalar = number;
        return x.masked_fill(mask, scalar);
    }

    /// <summary>0, 1, … in int64.</summary>
    public static Tensor CountTo(long count, Device device)
    {
        using Scalar first = 0L, end = count, step = 1L;
        return arange(first, end, step, int64, device);
    }
}
