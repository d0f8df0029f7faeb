using Godwit.Worker.Tests.Model.Loading;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;

namespace Godwit.Worker.Tests;

/// <summary>Options are checked before the model is looked at: what is wrong with them is no fault of the model.</summary>
public sealed class WorkerCompositionTests
{
    [Theory]
    [InlineData("Worker:Model:Device", "gpu", "Worker:Model:Device must be cpu, cuda or cuda:N.")]
    [InlineData("Worker:Model:Runner", "onnx", "The Runner field does not equal any of the values specified in AllowedValuesAttribute.")]
    [InlineData("Worker:Model:Device", "cuda", "Worker:Model:Device (cuda) is for the runner torch only; Worker:Model:Runner is cpu.")]
    public void OptionThatIsWrong_IsRefusedBeforeTheModel(string key, string value, string expected)
    {
        using var empty = new TemporaryModel();
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Configuration["Worker:Model:Path"] = empty.Path;
        builder.Configuration[key] = value;
        var refusal = Assert.Throws<OptionsValidationException>(builder.AddModelAndEngine);
        Assert.Equal([expected], refusal.Failures);
    }
}
