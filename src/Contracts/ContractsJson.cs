using System.Text.Json.Serialization;
using Godwit.Contracts.Dispatch;
using Godwit.Contracts.Frames;
using Godwit.Contracts.Instances;
using Godwit.Contracts.Migration;
using Godwit.Contracts.OpenAI;
using Godwit.Contracts.Scheduling;
using Godwit.Contracts.Selection;

namespace Godwit.Contracts;

/// <summary>Source-generated JSON of every record that crosses a process: snake_case names, enums as strings.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(AckBatch))]
[JsonSerializable(typeof(AckReply))]
[JsonSerializable(typeof(AdmissionTicket))]
[JsonSerializable(typeof(ApiErrorBody))]
[JsonSerializable(typeof(CallHead))]
[JsonSerializable(typeof(DispatchRequest))]
[JsonSerializable(typeof(DispatchResponse))]
[JsonSerializable(typeof(DrainOrder))]
[JsonSerializable(typeof(InstanceIds))]
[JsonSerializable(typeof(InstanceRegistration))]
[JsonSerializable(typeof(InstanceStatus))]
[JsonSerializable(typeof(MigrationOrder))]
[JsonSerializable(typeof(ModelListObject))]
[JsonSerializable(typeof(ModelObject))]
[JsonSerializable(typeof(MovedNotice))]
[JsonSerializable(typeof(RequestEpoch))]
[JsonSerializable(typeof(RequestTrail))]
[JsonSerializable(typeof(ResumeCall))]
[JsonSerializable(typeof(SchedulerLease))]
[JsonSerializable(typeof(SelectRequest))]
[JsonSerializable(typeof(SelectResponse))]
[JsonSerializable(typeof(StartOrder))]
[JsonSerializable(typeof(SupervisorEntry))]
public sealed partial class ContractsJson : JsonSerializerContext;
