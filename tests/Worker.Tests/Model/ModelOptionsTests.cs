using System.ComponentModel.DataAnnotations;
using Godwit.Worker.Model;

namespace Godwit.Worker.Tests.Model;

/// <summary>Options that only one runner reads are refused with the others.</summary>
public sealed class ModelOptionsTests
{
    [Theory]
    [InlineData("cpu")]
    [InlineData("torch")]
    [InlineData("simulated")]
    public void Defaults_AreGoodForEveryRunner(string runner) => Assert.Empty(Problems(new ModelOptions { Path = "m", Runner = runner }));

    [Theory]
    [InlineData("cpu", "torch", "simulated")]
    [InlineData("torch", "cpu", "simulated")]
    [InlineData("simulated", "cpu", "torch")]
    public void OptionsOfTheOthers_AreRefused_EachByItsKey(string runner, params string[] others)
    {
        var options = new ModelOptions
        {
            Path = "m",
            Runner = runner,
            Device = "cuda",
            Format = "int8",
            KvFormat = "bf16",
            Fast = true,
            StepMs = "2,0",
            Seed = 7,
        };
        (string Runner, string Key)[] keys =
        [
            ("torch", "Device (cuda)"),
            ("cpu", "Format (int8)"), ("cpu", "KvFormat (bf16)"), ("cpu", "Fast (True)"),
            ("simulated", "StepMs (2,0)"), ("simulated", "Seed (7)"),
        ];
        Assert.Equal(
            keys.Where(key => others.Contains(key.Runner)).Select(key =>
                $"Worker:Model:{key.Key} is for the runner {key.Runner} only; Worker:Model:Runner is {runner}."),
            Problems(options));
    }

    private static IEnumerable<string?> Problems(ModelOptions options)
    {
        var problems = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), problems, validateAllProperties: true);
        return problems.Select(problem => problem.ErrorMessage);
    }
}
