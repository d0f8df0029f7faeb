using System.Globalization;
using static TorchSharp.torch;

namespace Godwit.Worker.Model.Torch;

/// <summary>The device that <c>Worker:Model:Device</c> names.</summary>
internal static class TorchDevice
{
    /// <summary>What the option may be.</summary>
    public const string Pattern = @"cpu|cuda(:[0-9]{1,2})?";

    private const string Key = ModelOptions.Section + ":Device";

    /// <summary>The device, ready to be computed on.</summary>
    /// <param name="name"><c>cpu</c>, <c>cuda</c> (its first), or <c>cuda:N</c>.</param>
    /// <exception cref="ModelLoadException">There is no such device here, or this build cannot use it.</exception>
    public static Device Open(string name)
    {
        if (name == "cpu")
        {
            return CPU;
        }

        int index = name.Contains(':', StringComparison.Ordinal) ? int.Parse(name.Split(':')[1], CultureInfo.InvariantCulture) : 0;
        if (!cuda.is_available())
        {
            throw new ModelLoadException(
                Key, $"'{name}' cannot be used: libtorch finds no CUDA (it wants an Nvidia driver, and a build with -p:Accelerator=cuda)");
        }

        int count = cuda.device_count();
        return index < count
            ? new Device(TorchSharp.DeviceType.CUDA, index)
            : throw new ModelLoadException(Key, $"'{name}' does not exist: this machine has {count} CUDA device(s), numbered from 0");
    }
}
