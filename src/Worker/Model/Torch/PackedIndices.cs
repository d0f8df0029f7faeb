using static TorchSharp.torch;

namespace Godwit.Worker.Model.Torch;

/// <summary>Several index vectors that are sent to a device as one.</summary>
internal sealed class PackedIndices
{
    private readonly List<long> _values = [];
    private readonly List<int> _ends = [];

    /// <summary>Adds a vector.</summary>
    public void Add(IEnumerable<long> values)
    {
        _values.AddRange(values);
        _ends.Add(_values.Count);
    }

    /// <summary>The vectors on a device, in the order in which they were added.</summary>
    public Tensor[] Send(Device device)
    {
        Tensor all = tensor(_values.ToArray(), device: device);
        return [.. _ends.Select((end, i) => (First: i == 0 ? 0 : _ends[i - 1], End: end)).Select(part => all.narrow(0, part.First, part.End - part.First))];
    }
}
