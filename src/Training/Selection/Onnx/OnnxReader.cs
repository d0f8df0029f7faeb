using System.Runtime.InteropServices;
using Godwit.Router.Prediction;
using Google.Protobuf;

namespace Godwit.Training.Selection.Onnx;

/// <summary>Reads the weights and the manifest of a router file back, so that an expert can be added to it.</summary>
internal static class OnnxReader
{
    /// <summary>Reads.</summary>
    /// <param name="path">A file that <see cref="OnnxWriter"/> wrote.</param>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static (RouterWeights Weights, string Manifest) Read(string path)
    {
        try
        {
            return Decode(File.ReadAllBytes(path));
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new InvalidDataException($"{path} is no router file: {error.Message}", error);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{path} is no router file: {error.Message}", error);
        }
    }

    private static (RouterWeights Weights, string Manifest) Decode(byte[] file)
    {
        string? manifest = null;
        Dictionary<string, float[]> tensors = new(StringComparer.Ordinal);
        CodedInputStream model = new(file);
        while (model.ReadTag() is var tag and not 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case OnnxFields.ModelGraph:
                    ReadGraph(model.ReadBytes(), tensors);
                    break;
                case OnnxFields.ModelMetadata:
                    manifest = ReadManifest(model.ReadBytes()) ?? manifest;
                    break;
                default:
                    model.SkipLastField();
                    break;
            }
        }

        RouterWeights weights = new(
            Find(tensors, RouterTensors.Table),
            Layer(tensors, RouterTensors.HiddenWeight, RouterTensors.HiddenBias),
            Layer(tensors, RouterTensors.LossWeight, RouterTensors.LossBias),
            Layer(tensors, RouterTensors.LogVarianceWeight, RouterTensors.LogVarianceBias));
        return (weights, manifest ?? throw new InvalidDataException($"it has no metadata '{RouterManifest.MetadataKey}'"));
    }

    private static void ReadGraph(ByteString bytes, Dictionary<string, float[]> tensors)
    {
        CodedInputStream graph = bytes.CreateCodedInput();
        while (graph.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == OnnxFields.GraphInitializer)
                ReadTensor(graph.ReadBytes(), tensors);
            else
                graph.SkipLastField();
        }
    }

    private static void ReadTensor(ByteString bytes, Dictionary<string, float[]> tensors)
    {
        string name = "";
        long type = 0;
        ByteString data = ByteString.Empty;
        CodedInputStream tensor = bytes.CreateCodedInput();
        while (tensor.ReadTag() is var tag and not 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case OnnxFields.TensorType:
                    type = tensor.ReadInt64();
                    break;
                case OnnxFields.TensorName:
                    name = tensor.ReadString();
                    break;
                case OnnxFields.TensorRawData:
                    data = tensor.ReadBytes();
                    break;
                default:
                    tensor.SkipLastField();
                    break;
            }
        }

        if (type == OnnxFields.Float)
            tensors[name] = MemoryMarshal.Cast<byte, float>(data.Span).ToArray();
    }

    private static string? ReadManifest(ByteString bytes)
    {
        string key = "", value = "";
        CodedInputStream entry = bytes.CreateCodedInput();
        while (entry.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == OnnxFields.EntryKey)
                key = entry.ReadString();
            else
                value = entry.ReadString();
        }

        return key == RouterManifest.MetadataKey ? value : null;
    }

    private static float[] Find(Dictionary<string, float[]> tensors, string name) =>
        tensors.TryGetValue(name, out float[]? values) && values.Length > 0
            ? values
            : throw new InvalidDataException($"it has no initializer '{name}'");

    private static DenseLayer Layer(Dictionary<string, float[]> tensors, string weight, string bias) =>
        new(Find(tensors, weight), Find(tensors, bias));
}
