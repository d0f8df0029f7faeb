using TorchSharp;

namespace Godwit.Worker.Tests.Model;

/// <summary>TorchSharp's native library loads on this host, whatever its libstdc++, and computes.</summary>
public class NativeLibraryTests
{
    [Fact]
    public void Product_OfTwoMatrices_IsRight()
    {
        using var left = torch.tensor(new float[] { 1, 2, 3, 4, 5, 6 }).reshape(2, 3);
        using var right = torch.tensor(new float[] { 7, 8, 9, 10, 11, 12 }).reshape(3, 2);
        using var product = torch.mm(left, right);

        Assert.Equal([58f, 64f, 139f, 154f], product.data<float>().ToArray());
    }

    [Fact]
    public void InvalidOperation_GivesAnException()
    {
        // C++ exceptions must cross from libtorch into .NET: they need the C++ runtime that the library was bound to.
        using var left = torch.ones(2, 3);
        using var right = torch.ones(2, 3);

        Assert.ThrowsAny<Exception>(() => torch.mm(left, right));
    }
}
