namespace Godwit.Contracts.Frames;

/// <summary>Names of the headers and media types between Godwit's programs and towards its clients.</summary>
public static class InternalHeaders
{
    /// <summary>Content type of the stream between Worker and Gateway.</summary>
    public const string FramesMediaType = "application/x-godwit-frames";

    /// <summary>Secret shared by the programs of one cluster.</summary>
    public const string ClusterSecret = "x-godwit-cluster-secret";

    /// <summary>JSON of an <see cref="AdmissionTicket"/>.</summary>
    public const string Admission = "x-godwit-admission";

    /// <summary>Response header: <c>false</c> when the answer may differ from that of one undisturbed worker (DESIGN §5.3); else absent.</summary>
    public const string Exact = "x-godwit-exact";

    /// <summary>Response header: the model that answered.</summary>
    public const string Model = "x-godwit-model";

    /// <summary>Response header: the instance that answered.</summary>
    public const string Instance = "x-godwit-instance";

    /// <summary>Response header: the request's id.</summary>
    public const string RequestId = "x-request-id";

    /// <summary>Request header: weights of goals for the choice of a model, <c>size=0.4, latency=0.2</c>.</summary>
    public const string Goals = "x-godwit-goals";

    /// <summary>Request header: models that may be chosen, separated by commas.</summary>
    public const string Models = "x-godwit-models";

    /// <summary>Response header: which model was chosen and why, in short.</summary>
    public const string Selection = "x-godwit-selection";

    /// <summary>Response header: wishes for the choice that were ignored.</summary>
    public const string SelectionWarning = "x-godwit-selection-warning";
}
