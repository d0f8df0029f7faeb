using System.Runtime.InteropServices;
using Godwit.Router.Prediction;

namespace Godwit.Training.Selection.Onnx;

/// <summary>
/// Writes a router as an ONNX model (opset 17, IR 8). TorchSharp has no exporter, and so small a graph does not want generated classes.
/// </summary>
internal static class OnnxWriter
{
    private const int IrVersion = 8;
    private const int Opset = 17;

    /// <summary>Writes the file whole or not at all, so that a reader that watches it never sees half of one.</summary>
    /// <param name="path">The file; its folder is made if it is missing.</param>
    /// <param name="weights">The arithmetic.</param>
    /// <param name="manifest">JSON of the manifest.</param>
    public static void Write(string path, RouterWeights weights, string manifest)
    {
        string target = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        string temporary = $"{target}.{Environment.ProcessId}.new";
        using (FileStream file = File.Create(temporary))
            file.Write(Encode(weights, manifest).Span);
        File.Move(temporary, target, overwrite: true);
    }

    /// <summary>The file's bytes.</summary>
    public static ReadOnlyMemory<byte> Encode(RouterWeights weights, string manifest) => new ProtoMessage()
        .Number(OnnxFields.ModelIrVersion, IrVersion)
        .Text(OnnxFields.ModelProducer, "godwit")
        .Message(OnnxFields.ModelGraph, Graph(weights))
        .Message(OnnxFields.ModelOpset, new ProtoMessage().Number(OnnxFields.OpsetVersion, Opset))
        .Message(OnnxFields.ModelMetadata, new ProtoMessage()
            .Text(OnnxFields.EntryKey, RouterManifest.MetadataKey)
            .Text(OnnxFields.EntryValue, manifest))
        .Encode();

    private static ProtoMessage Graph(RouterWeights weights)
    {
        ProtoMessage message = new ProtoMessage()
            .Message(OnnxFields.GraphNode, Node("Gather", [RouterTensors.Table, RouterTensors.Ids], "rows"))
            .Message(OnnxFields.GraphNode, Node("Mul", ["rows", RouterTensors.Weights], "weighted"))
            .Message(OnnxFields.GraphNode, Node("ReduceSum", ["weighted", RouterTensors.SlotAxis], "sum", ("keepdims", 0)))
            .Message(OnnxFields.GraphNode, Gemm("sum", RouterTensors.HiddenWeight, RouterTensors.HiddenBias, "before_relu"))
            .Message(OnnxFields.GraphNode, Node("Relu", ["before_relu"], RouterTensors.EmbeddingOutput))
            .Message(OnnxFields.GraphNode, Gemm(
                RouterTensors.EmbeddingOutput, RouterTensors.LossWeight, RouterTensors.LossBias, RouterTensors.LossOutput))
            .Message(OnnxFields.GraphNode, Gemm(
                RouterTensors.EmbeddingOutput,
                RouterTensors.LogVarianceWeight,
                RouterTensors.LogVarianceBias,
                RouterTensors.LogVarianceOutput))
            .Text(OnnxFields.GraphName, "router")
            .Message(OnnxFields.GraphInitializer, Floats(RouterTensors.Table, weights.Table, weights.Buckets, weights.Width))
            .Message(OnnxFields.GraphInitializer, Tensor(
                RouterTensors.SlotAxis, OnnxFields.Int64, MemoryMarshal.AsBytes<long>([1]).ToArray(), 1));
        AddLayer(message, RouterTensors.HiddenWeight, RouterTensors.HiddenBias, weights.Hidden);
        AddLayer(message, RouterTensors.LossWeight, RouterTensors.LossBias, weights.Loss);
        AddLayer(message, RouterTensors.LogVarianceWeight, RouterTensors.LogVarianceBias, weights.LogVariance);
        return message
            .Message(OnnxFields.GraphInput, Value(RouterTensors.Ids, OnnxFields.Int64, "batch", "slots"))
            .Message(OnnxFields.GraphInput, Value(RouterTensors.Weights, OnnxFields.Float, "batch", "slots", 1))
            .Message(OnnxFields.GraphOutput, Value(RouterTensors.LossOutput, OnnxFields.Float, "batch", weights.Experts))
            .Message(OnnxFields.GraphOutput, Value(RouterTensors.LogVarianceOutput, OnnxFields.Float, "batch", weights.Experts))
            .Message(OnnxFields.GraphOutput, Value(RouterTensors.EmbeddingOutput, OnnxFields.Float, "batch", weights.Hidden.Outputs));
    }

    private static void AddLayer(ProtoMessage message, string weight, string bias, DenseLayer layer) => message
        .Message(OnnxFields.GraphInitializer, Floats(weight, layer.Weights, layer.Outputs, layer.Inputs))
        .Message(OnnxFields.GraphInitializer, Floats(bias, layer.Bias, layer.Outputs));

    private static ProtoMessage Gemm(string input, string weight, string bias, string output) =>
        Node("Gemm", [input, weight, bias], output, ("transB", 1));

    private static ProtoMessage Node(string type, string[] inputs, string output, params (string Name, long Value)[] attributes)
    {
        ProtoMessage message = new();
        foreach (string input in inputs)
            message.Text(OnnxFields.NodeInput, input);
        message.Text(OnnxFields.NodeOutput, output).Text(OnnxFields.NodeName, output).Text(OnnxFields.NodeOperator, type);
        foreach ((string name, long value) in attributes)
        {
            message.Message(OnnxFields.NodeAttribute, new ProtoMessage()
                .Text(OnnxFields.AttributeName, name)
                .Number(OnnxFields.AttributeInt, value)
                .Number(OnnxFields.AttributeType, OnnxFields.AttributeIsInt));
        }

        return message;
    }

    private static ProtoMessage Floats(string name, float[] values, params int[] dims) =>
        Tensor(name, OnnxFields.Float, MemoryMarshal.AsBytes<float>(values).ToArray(), dims);

    // Raw data is little-endian, as is every machine that .NET runs on but for s390x.
    private static ProtoMessage Tensor(string name, int type, byte[] data, params int[] dims)
    {
        ProtoMessage message = new();
        foreach (int dim in dims)
            message.Number(OnnxFields.TensorDims, dim);
        return message
            .Number(OnnxFields.TensorType, type)
            .Text(OnnxFields.TensorName, name)
            .Bytes(OnnxFields.TensorRawData, data);
    }

    private static ProtoMessage Value(string name, int type, params object[] dims)
    {
        ProtoMessage shape = new();
        foreach (object dim in dims)
        {
            shape.Message(OnnxFields.ShapeDim, dim is string parameter
                ? new ProtoMessage().Text(OnnxFields.DimParam, parameter)
                : new ProtoMessage().Number(OnnxFields.DimValue, (int)dim));
        }

        return new ProtoMessage().Text(OnnxFields.ValueName, name).Message(OnnxFields.ValueType, new ProtoMessage()
            .Message(OnnxFields.TypeTensor, new ProtoMessage()
                .Number(OnnxFields.TensorElementType, type)
                .Message(OnnxFields.TensorShape, shape)));
    }
}
