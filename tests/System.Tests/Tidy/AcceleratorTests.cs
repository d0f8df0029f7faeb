using System.Diagnostics;
using System.Text.Json;

namespace Godwit.System.Tests.Tidy;

/// <summary>
/// What <c>-p:Accelerator</c> makes of the Worker's and the Router's package references, as MSBuild collects them for a restore. The
/// packages themselves are not asked for: no registry copy need have them.
/// </summary>
public sealed class AcceleratorTests
{
    private static readonly string s_cudaPackage =
        OperatingSystem.IsWindows() ? "libtorch-cuda-12.8-win-x64" : "libtorch-cuda-12.8-linux-x64";

    [Theory]
    [InlineData]
    [InlineData("-p:Accelerator=cpu")]
    public async Task WithoutIt_TheCpuBuildIsReferenced_AndLocked(params string[] arguments)
    {
        (string output, string errors) = await CollectAsync(arguments);
        Assert.Empty(errors);
        (string[] references, string lockFile) = Read(output);
        Assert.Contains("TorchSharp", references);
        Assert.Equal(["libtorch-cpu-linux-x64"], references.Where(IsLibtorch));
        Assert.Empty(lockFile);
    }

    [Fact]
    public async Task Cuda_SwapsTheLibraryOutsideTheLockFile()
    {
        (string output, string errors) = await CollectAsync("-p:Accelerator=cuda");
        Assert.Empty(errors);
        (string[] references, string lockFile) = Read(output);
        Assert.Contains("TorchSharp", references);
        Assert.Equal([s_cudaPackage], references.Where(IsLibtorch));
        Assert.EndsWith("obj/packages.cuda.lock.json", lockFile.Replace('\\', '/'), StringComparison.Ordinal);
    }

    [Fact]
    public async Task None_LeavesTheLibraryOut_OutsideTheLockFile()
    {
        (string output, string errors) = await CollectAsync("-p:Accelerator=none");
        Assert.Empty(errors);
        (string[] references, string lockFile) = Read(output);
        Assert.Contains("TorchSharp", references);
        Assert.DoesNotContain(references, IsLibtorch);
        Assert.EndsWith("obj/packages.none.lock.json", lockFile.Replace('\\', '/'), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tpu")]
    [InlineData("CUDA12")]
    public async Task AnythingElse_IsRefused(string accelerator)
    {
        (_, string errors) = await CollectAsync("-p:Accelerator=" + accelerator);
        Assert.Contains($"error : Accelerator is '{accelerator}'; it must be cpu, cuda or none.", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cpu", "Microsoft.ML.OnnxRuntime")]
    [InlineData("none", "Microsoft.ML.OnnxRuntime")]
    [InlineData("cuda", "Microsoft.ML.OnnxRuntime.Gpu")]
    public async Task TheRouter_HasTheRuntimeOfTheBuild(string accelerator, string package)
    {
        (string output, string errors) = await CollectOfAsync("Router", "-p:Accelerator=" + accelerator);
        Assert.Empty(errors);
        Assert.Equal([package], Read(output).References.Where(r => r.StartsWith("Microsoft.ML", StringComparison.Ordinal)));
    }

    private static bool IsLibtorch(string package) => package.StartsWith("libtorch", StringComparison.OrdinalIgnoreCase);

    private static Task<(string Output, string Errors)> CollectAsync(params string[] arguments) => CollectOfAsync("Worker", arguments);

    private static async Task<(string Output, string Errors)> CollectOfAsync(string project, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in (string[])[
            "msbuild", $"src/{project}/{project}.csproj", "-nologo", "-nodeReuse:false", "-t:CollectPackageReferences",
            "-getItem:PackageReference", "-getItem:PackageVersion", "-getProperty:NuGetLockFilePath", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(process.ExitCode == 0, (await errors).Length == 0);
        return (output, await errors);
    }

    // Every reference has a version, or the restore would fail.
    private static (string[] References, string LockFile) Read(string output)
    {
        using JsonDocument document = JsonDocument.Parse(output);
        JsonElement items = document.RootElement.GetProperty("Items");
        string[] references = Identities(items.GetProperty("PackageReference"));
        Assert.Subset(Identities(items.GetProperty("PackageVersion")).ToHashSet(), references.ToHashSet());
        return (references, document.RootElement.GetProperty("Properties").GetProperty("NuGetLockFilePath").GetString()!);
    }

    private static string[] Identities(JsonElement items) => [.. items.EnumerateArray().Select(item => item.GetProperty("Identity").GetString()!)];
}
