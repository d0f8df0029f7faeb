using System.Text.Json;

namespace Godwit.Worker.Model;

/// <summary>All weights of a model folder, whether in one <c>model.safetensors</c> or in shards with an index.</summary>
internal sealed class WeightFiles : IDisposable
{
    private const string Single = "model.safetensors";
    private const string Index = "model.safetensors.index.json";

    private readonly IReadOnlyDictionary<string, SafetensorsFile> _fileOf;

    private WeightFiles(string directory, IReadOnlyDictionary<string, SafetensorsFile> fileOf)
    {
        Directory = directory;
        _fileOf = fileOf;
    }

    /// <summary>The folder they were found in.</summary>
    public string Directory { get; }

    /// <summary>The names of all tensors, in no particular order.</summary>
    public IEnumerable<string> Names => _fileOf.Keys;

    /// <summary>Opens the folder's weights and checks the headers of all its files.</summary>
    /// <exception cref="ModelLoadException">A file is missing or unsound, or the weights are pickle files.</exception>
    public static WeightFiles Open(string directory)
    {
        if (File.Exists(Path.Combine(directory, Single)))
            return OpenSingle(directory);
        if (File.Exists(Path.Combine(directory, Index)))
            return OpenShards(directory);
        RefusePickle(directory);
        ModelFolder.RequireFile(directory, Single);
        throw new ModelLoadException(directory, "has no weights");
    }

    public bool Contains(string name) => _fileOf.ContainsKey(name);

    /// <summary>The tensor of this name.</summary>
    /// <exception cref="ModelLoadException">There is none, or its number format is not supported.</exception>
    public WeightTensor Get(string name) =>
        _fileOf.TryGetValue(name, out var file) ? file.Get(name) : throw new ModelLoadException(Directory, $"the weights lack tensor '{name}'");

    /// <summary>Gives back the memory of what was read; it is read again when it is next looked at.</summary>
    public void Release()
    {
        foreach (var file in _fileOf.Values.Distinct())
            file.Release();
    }

    public void Dispose()
    {
        foreach (var file in _fileOf.Values)
            file.Dispose();
    }

    private static WeightFiles OpenSingle(string directory)
    {
        var file = SafetensorsFile.Open(Path.Combine(directory, Single));
        return new WeightFiles(directory, file.Names.ToDictionary(name => name, _ => file, StringComparer.Ordinal));
    }

    private static WeightFiles OpenShards(string directory)
    {
        var path = Path.Combine(directory, Index);
        var opened = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        var fileOf = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        try
        {
            foreach (var (tensor, shard) in ReadWeightMap(path))
            {
                if (!opened.TryGetValue(shard, out var file))
                    opened.Add(shard, file = SafetensorsFile.Open(ModelFolder.RequireFile(directory, shard)));
                if (!file.Contains(tensor))
                    throw new ModelLoadException(path, $"tensor '{tensor}' is not in {shard}");
                fileOf.Add(tensor, file);
            }

            return new WeightFiles(directory, fileOf);
        }
        catch
        {
            foreach (var file in opened.Values)
                file.Dispose();
            throw;
        }
    }

    private static List<KeyValuePair<string, string>> ReadWeightMap(string path) => ModelFolder.ReadObject(path, root =>
    {
        if (!root.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
            throw new ModelLoadException(path, "has no 'weight_map' object");
        var shards = new List<KeyValuePair<string, string>>();
        foreach (var property in map.EnumerateObject())
        {
            var shard = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : "";
            // The index is as untrusted as the weights: it must not open files elsewhere.
            if (!shard.EndsWith(".safetensors", StringComparison.Ordinal) || shard.AsSpan().IndexOfAny("/\\\0:") >= 0)
                throw new ModelLoadException(path, $"'{shard}' is not the name of a safetensors file in this folder");
            shards.Add(new(property.Name, shard));
        }

        return shards.Count > 0 ? shards : throw new ModelLoadException(path, "its 'weight_map' is empty");
    });

    /// <summary>Unpickling runs code that the file brings along; such weights are never opened.</summary>
    private static void RefusePickle(string directory)
    {
        if (!System.IO.Directory.Exists(directory))
            return;
        var pickle = System.IO.Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal).FirstOrDefault(IsPickle);
        if (pickle is not null)
            throw new ModelLoadException(pickle, "weights are pickle files; convert them to safetensors");
    }

    private static bool IsPickle(string path) =>
        Path.GetExtension(path) is ".bin" or ".pt" or ".pth" or ".pkl" or ".ckpt"
        || Path.GetFileName(path).StartsWith("pytorch_model", StringComparison.Ordinal);
}
