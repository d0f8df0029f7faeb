using System.ComponentModel.DataAnnotations;
using Godwit.Worker.Model;
using Godwit.Worker.Model.Torch;
using Godwit.Worker.Tests.Model.Loading;
using static TorchSharp.torch;

namespace Godwit.Worker.Tests.Model.Torch;

/// <summary>What <c>Worker:Model:Device</c> may say, on a machine with a GPU and on one without.</summary>
public sealed class TorchDeviceTests
{
    [Theory]
    [InlineData("cpu", true)]
    [InlineData("cuda", true)]
    [InlineData("cuda:0", true)]
    [InlineData("cuda:15", true)]
    [InlineData("", false)]
    [InlineData("gpu", false)]
    [InlineData("CUDA", false)]
    [InlineData("cuda:", false)]
    [InlineData("cuda:-1", false)]
    [InlineData("cuda:100", false)]
    [InlineData("cuda:1 ", false)]
    [InlineData("cpu:0", false)]
    public void Option_IsValidated(string device, bool valid)
    {
        var options = new ModelOptions { Path = "m", Runner = "torch", Device = device };
        var problems = new List<ValidationResult>();
        Assert.Equal(valid, Validator.TryValidateObject(options, new ValidationContext(options), problems, validateAllProperties: true));
        Assert.All(problems, problem => Assert.Equal("Worker:Model:Device must be cpu, cuda or cuda:N.", problem.ErrorMessage));
    }

    [Fact]
    public void Cpu_IsTheHost() => Assert.Equal(TorchSharp.DeviceType.CPU, TorchDevice.Open("cpu").type);

    [Fact]
    public void CudaDevice_ThatIsNotThere_IsRefused()
    {
        string refusal = TemporaryModel.Refusal(() => TorchDevice.Open("cuda:99"));
        Assert.StartsWith("Worker:Model:Device: 'cuda:99' ", refusal, StringComparison.Ordinal);
        Assert.Contains(cuda.is_available() ? "does not exist" : "finds no CUDA", refusal, StringComparison.Ordinal);
    }
}
