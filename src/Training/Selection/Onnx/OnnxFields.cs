namespace Godwit.Training.Selection.Onnx;

/// <summary>Field numbers and enum values of onnx.proto, of the messages that a router file needs.</summary>
internal static class OnnxFields
{
    public const int ModelIrVersion = 1;
    public const int ModelProducer = 2;
    public const int ModelGraph = 7;
    public const int ModelOpset = 8;
    public const int ModelMetadata = 14;

    public const int OpsetVersion = 2;

    public const int EntryKey = 1;
    public const int EntryValue = 2;

    public const int GraphNode = 1;
    public const int GraphName = 2;
    public const int GraphInitializer = 5;
    public const int GraphInput = 11;
    public const int GraphOutput = 12;

    public const int NodeInput = 1;
    public const int NodeOutput = 2;
    public const int NodeName = 3;
    public const int NodeOperator = 4;
    public const int NodeAttribute = 5;

    public const int AttributeName = 1;
    public const int AttributeInt = 3;
    public const int AttributeType = 20;

    public const int TensorDims = 1;
    public const int TensorType = 2;
    public const int TensorName = 8;
    public const int TensorRawData = 9;

    public const int ValueName = 1;
    public const int ValueType = 2;
    public const int TypeTensor = 1;
    public const int TensorElementType = 1;
    public const int TensorShape = 2;
    public const int ShapeDim = 1;
    public const int DimValue = 1;
    public const int DimParam = 2;

    public const int AttributeIsInt = 2;
    public const int Float = 1;
    public const int Int64 = 7;
}
