namespace Godwit.Bench.Llamacpp;

/// <summary>A tensor to be written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its number format.</param>
/// <param name="Shape">Its dimensions, outermost first as everywhere else; the file has them the other way round.</param>
/// <param name="ByteLength">Length of its data.</param>
/// <param name="Write">Writes its data.</param>
internal sealed record GgufTensor(string Name, GgufType Type, IReadOnlyList<long> Shape, long ByteLength, Action<Stream> Write);
