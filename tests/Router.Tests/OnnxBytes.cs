using System.Runtime.InteropServices;
using Godwit.Router.Prediction;
using Google.Protobuf;

namespace Godwit.Router.Tests;

/// <summary>Writes small ONNX files field by field (onnx.proto), so that the Router is tested with the real runtime.</summary>
internal static class OnnxBytes
{
    public const int Float = 1;
    public const int Int64 = 7;

    public static byte[] Model(IEnumerable<byte[]> nodes, IEnumerable<byte[]> initializers, byte[][] inputs, byte[][] outputs, string? manifest)
    {
        byte[] graph = Message(output =>
        {
            Repeated(output, 1, nodes);
            Text(output, 2, "router");
            Repeated(output, 5, initializers);
            Repeated(output, 11, inputs);
            Repeated(output, 12, outputs);
        });
        return Message(output =>
        {
            Number(output, 1, 8);
            Bytes(output, 7, graph);
            Bytes(output, 8, Message(opset => Number(opset, 2, 17)));
            if (manifest is not null)
            {
                Bytes(output, 14, Message(entry =>
                {
                    Text(entry, 1, RouterManifest.MetadataKey);
                    Text(entry, 2, manifest);
                }));
            }
        });
    }

    public static byte[] Node(string type, string[] inputs, string result, bool transposed = false, bool flat = false) => Message(output =>
    {
        foreach (string input in inputs)
        {
            Text(output, 1, input);
        }

        Text(output, 2, result);
        Text(output, 4, type);
        if (transposed)
        {
            Bytes(output, 5, Attribute("transB", 1));
        }

        if (flat)
        {
            Bytes(output, 5, Attribute("keepdims", 0));
        }
    });

    public static byte[] Tensor<T>(string name, int type, T[] values, params long[] shape)
        where T : unmanaged => Message(output =>
    {
        foreach (long size in shape)
        {
            Number(output, 1, size);
        }

        Number(output, 2, type);
        Text(output, 8, name);
        Bytes(output, 9, MemoryMarshal.AsBytes<T>(values).ToArray());
    });

    /// <summary>An input or output; a size below 0 is free.</summary>
    public static byte[] Value(string name, int type, params long[] shape) => Message(output =>
    {
        Text(output, 1, name);
        Bytes(output, 2, Message(kind => Bytes(kind, 1, Message(tensor =>
        {
            Number(tensor, 1, type);
            Bytes(tensor, 2, Message(dimensions => Repeated(dimensions, 1, shape.Select((size, i) => Message(dimension =>
            {
                if (size < 0)
                {
                    Text(dimension, 2, $"free{i}");
                }
                else
                {
                    Number(dimension, 1, size);
                }
            })))));
        }))));
    });

    private static byte[] Attribute(string name, long value) => Message(output =>
    {
        Text(output, 1, name);
        Number(output, 3, value);
        Number(output, 20, 2);
    });

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using MemoryStream stream = new();
        using (CodedOutputStream output = new(stream, leaveOpen: true))
        {
            write(output);
        }

        return stream.ToArray();
    }

    private static void Repeated(CodedOutputStream output, int field, IEnumerable<byte[]> messages)
    {
        foreach (byte[] message in messages)
        {
            Bytes(output, field, message);
        }
    }

    private static void Bytes(CodedOutputStream output, int field, byte[] bytes)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(bytes));
    }

    private static void Text(CodedOutputStream output, int field, string text)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(text);
    }

    private static void Number(CodedOutputStream output, int field, long number)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(number);
    }
}
