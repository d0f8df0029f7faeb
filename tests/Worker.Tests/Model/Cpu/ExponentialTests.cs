using System.Runtime.Intrinsics;
using Godwit.Worker.Model.Cpu.Rows;

namespace Godwit.Worker.Tests.Model.Cpu;

[Trait("Category", "Kernels")]
public sealed class ExponentialTests
{
    [Fact]
    public void Values_AreThoseOfDouble_ToTheLastBitButOne()
    {
        double worst = 0;
        for (float x = -87.3f; x < 88.3f; x += 0.00317f)
        {
            double exact = Math.Exp(x);
            worst = Math.Max(worst, Math.Abs(Exp(x) - exact) / exact);
        }

        Assert.InRange(worst, 1e-9, 2 * Math.Pow(2, -24));
    }

    [Fact]
    public void Ends_AreZeroAndFinite_AndWhatIsNoNumberStaysNone()
    {
        Assert.Equal(1, Exp(0));
        Assert.Equal(1, Exp(-0f));
        Assert.Equal(0, Exp(float.NegativeInfinity));
        Assert.Equal(0, Exp(-1000));
        Assert.Equal(0, Exp(-87.34f));
        Assert.True(Exp(-87.32f) > 0);
        Assert.InRange(Exp(1000), 1e38f, float.MaxValue);
        Assert.InRange(Exp(float.PositiveInfinity), 1e38f, float.MaxValue);
        Assert.True(float.IsNaN(Exp(float.NaN)));
    }

    private static float Exp(float x) => Exponential.Of(Vector256.Create(x))[3];
}
