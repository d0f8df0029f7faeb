namespace Godwit.Contracts.OpenAI;

/// <summary>The closed set of error codes.</summary>
public static class ApiErrorCodes
{
    /// <summary>404: no such model.</summary>
    public const string ModelNotFound = "model_not_found";

    /// <summary>404: no such path.</summary>
    public const string NotFound = "not_found";

    /// <summary>405: wrong HTTP method for the path.</summary>
    public const string MethodNotAllowed = "method_not_allowed";

    /// <summary>400: the body is not JSON.</summary>
    public const string InvalidJson = "invalid_json";

    /// <summary>400: the body, or a string in it, is not well-formed Unicode.</summary>
    public const string InvalidUtf8 = "invalid_utf8";

    /// <summary>400: an object of the body names a field twice.</summary>
    public const string DuplicateField = "duplicate_field";

    /// <summary>400: a field has the wrong type or is out of range.</summary>
    public const string InvalidValue = "invalid_value";

    /// <summary>400: a required field is missing.</summary>
    public const string MissingField = "missing_required_parameter";

    /// <summary>400: a field that this server knows of but does not serve.</summary>
    public const string UnsupportedParameter = "unsupported_parameter";

    /// <summary>400: a part of a message that is not text.</summary>
    public const string UnsupportedContentPart = "unsupported_content_part";

    /// <summary>400: prompt and completion do not fit into the context.</summary>
    public const string ContextLengthExceeded = "context_length_exceeded";

    /// <summary>400: more choices, or more tokens of all choices together, than one request may ask for.</summary>
    public const string RequestTooExpensive = "request_too_expensive";

    /// <summary>400: an array with more entries than allowed.</summary>
    public const string ArrayTooLong = "array_too_long";

    /// <summary>400: a constraint on the output (schema, regular expression, choices) that is malformed or asks for what is not supported.</summary>
    public const string InvalidSchema = "invalid_schema";

    /// <summary>400: a constraint on the output that would cost more than one request may ask for.</summary>
    public const string SchemaTooComplex = "schema_too_complex";

    /// <summary>400: the model's folder has no chat template.</summary>
    public const string ChatTemplateMissing = "chat_template_missing";

    /// <summary>400: the model's chat template uses more than the interpreter knows.</summary>
    public const string ChatTemplateUnsupported = "chat_template_unsupported";

    /// <summary>400: the model's chat template failed on the messages, or refused them.</summary>
    public const string ChatTemplateError = "chat_template_error";

    /// <summary>413: the body is larger than allowed.</summary>
    public const string RequestTooLarge = "request_too_large";

    /// <summary>415: the body is not declared as JSON.</summary>
    public const string UnsupportedMediaType = "unsupported_media_type";

    /// <summary>403: an internal call without the cluster secret.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>503: no capacity, or no instance of the model lives.</summary>
    public const string ServerIsOverloaded = "server_is_overloaded";

    /// <summary>502 (500 from a worker itself) or an error frame: the instance that was answering failed.</summary>
    public const string InstanceFailed = "instance_failed";

    /// <summary>500: the request has killed the workers that ran it, again and again.</summary>
    public const string RequestPoisoned = "request_poisoned";

    /// <summary>404: no such request runs, is parked or is held ready here.</summary>
    public const string RequestNotFound = "request_not_found";

    /// <summary>404: no such instance.</summary>
    public const string InstanceNotFound = "instance_not_found";

    /// <summary>409: nobody here starts and stops instances.</summary>
    public const string NoSupervisor = "no_supervisor";

    /// <summary>503: this Scheduler does not lead, and only the leader changes anything; the message names the leader.</summary>
    public const string NotLeader = "not_leader";

    /// <summary>409: the instance cannot take that request over.</summary>
    public const string DestinationUnfit = "destination_unfit";

    /// <summary>502: an instance or a supervisor did not take an order.</summary>
    public const string OrderFailed = "order_failed";

    /// <summary>409: the call carries an epoch lower than one already seen.</summary>
    public const string StaleEpoch = "stale_epoch";

    /// <summary>500: a fault of ours.</summary>
    public const string InternalError = "internal_error";
}
