using System.CommandLine;
using Godwit.CommandLine.Hosting;
using Godwit.CommandLine.Supervision;
using Godwit.Gateway;
using Godwit.Router;
using Godwit.Scheduler;
using Godwit.Worker;
using Microsoft.AspNetCore.Builder;

namespace Godwit.CommandLine.Commands;

/// <summary><c>godwit serve …</c>: one part alone, in the foreground.</summary>
internal static class ServeCommand
{
    private const string RedisKey = "Godwit:Cluster:Redis", SecretKey = "Godwit:Cluster:Secret";

    public static Command Create() => new("serve", "Run one part alone, in the foreground.")
    {
        Gateway(),
        Router(),
        Scheduler(),
        Worker(),
        ServeRedisCommand.Create(),
    };

    private static Command Gateway()
    {
        Command command = new("gateway", "The OpenAI API in front of all workers of a cluster.");
        SettingOptions settings = new(command);
        settings.Add<int>("--port", "Gateway:Listener:Port", "PORT", "Port of the OpenAI API. Default: 8080.");
        settings.Add<string>("--bind", "Gateway:Listener:Bind", "ADDRESS", "Address of the OpenAI API. Default: 127.0.0.1.");
        settings.Add<int>("--admin-port", "Gateway:Listener:AdminPort", "PORT", "Port of the admin listener. Default: 8089.");
        settings.Add<string>("--admin-bind", "Gateway:Listener:AdminBind", "ADDRESS", "Address of the admin listener. Default: 127.0.0.1.");
        settings.Add<string>("--router", "Gateway:Selection:Router", "URL", "Base address of the Router, which chooses the model for 'auto'.");
        settings.Add<string>("--scheduler", "Gateway:Dispatch:Scheduler", "URL", "Base address of the Scheduler.");
        AddCluster(settings);
        return Serves(command, settings, "gateway", GatewayProgram.Build);
    }

    private static Command Router()
    {
        Command command = new("router", "Predicts how well each model of the library would do on a prompt, and chooses one.");
        SettingOptions settings = new(command);
        settings.Add<int>("--port", "Router:Listener:Port", "PORT", "Port of its internal listener. Default: 8081.");
        settings.Add<string>("--bind", "Router:Listener:Bind", "ADDRESS", "Address of its internal listener. Default: 127.0.0.1.");
        settings.Add<string>("--library", "Router:Library:Folder", "DIR", "Folder of the library: library.json and the router file.");
        settings.Add<string>("--router-file", "Router:Prediction:File", "FILE", "The trained router. Default: router.onnx in the library.");
        AddCluster(settings);
        return Serves(command, settings, "router", RouterProgram.Build);
    }

    private static Command Scheduler()
    {
        Command command = new("scheduler", "Knows the instances of a cluster and says where a request goes.");
        SettingOptions settings = new(command);
        settings.Add<int>("--port", "Scheduler:Listener:Port", "PORT", "Port of its internal listener. Default: 8082.");
        settings.Add<string>("--bind", "Scheduler:Listener:Bind", "ADDRESS", "Address of its internal listener. Default: 127.0.0.1.");
        AddCluster(settings);
        return Serves(command, settings, "scheduler", SchedulerProgram.Build);
    }

    private static Command Worker()
    {
        Command command = new("worker", "Serve one model. Without --redis it serves the OpenAI API by itself; with it, it joins a cluster.");
        SettingOptions settings = new(command);
        settings.Add<string>("--model", "Worker:Model:Path", "DIR", "Folder of the model in Hugging Face layout.");
        settings.Add<string>("--id", "Worker:Model:Id", "NAME", "Id under which the model is served. Default: the folder's name.");
        settings.Add<int>("--port", "Worker:Listener:Port", "PORT", "Port; 0 for any free one. Default: 8100.");
        settings.Add<string>("--bind", "Worker:Listener:Bind", "ADDRESS", "Address; anything but loopback wants a cluster secret. Default: 127.0.0.1.");
        settings.Add<string>("--instance", "Worker:Instance:Id", "ID", "Id of the instance in the cluster. Default: made of machine and process.");
        settings.Add<int>("--threads", "Worker:Model:Threads", "N", "Threads of one forward pass. Default: all cores.");
        settings.Add<string>("--runner", "Worker:Model:Runner", "cpu|torch|simulated", "cpu (default): own kernels; torch: TorchSharp, also on a GPU; simulated: everything real but the model's arithmetic.");
        settings.Add<string>("--device", "Worker:Model:Device", "cpu|cuda|cuda:N", "torch only: where it computes. Default: cpu.");
        settings.Add<string>("--format", "Worker:Model:Format", "auto|f32|bf16|int8", "cpu only: number format of the weights in memory. Default: the files' own.");
        settings.Add<string>("--kv-format", "Worker:Model:KvFormat", "auto|f32|bf16", "cpu only: number format of the KV cache. Default: f32 beside f32 weights, else bf16.");
        settings.Add<bool>("--fast", "Worker:Model:Fast", "", "cpu only: round the inputs of bf16 products to bf16 where the processor multiplies these faster.");
        settings.Add<string>("--step-ms", "Worker:Model:StepMs", "A,B", "Simulated only: a step takes A + B x rows milliseconds.");
        settings.Add<long>("--seed", "Worker:Model:Seed", "S", "Simulated only: seed of the tokens.");
        settings.Add<int>("--max-sequences", "Worker:Engine:MaxSequences", "N", "Most sequences in the fused batch.");
        settings.Add<int>("--max-tokens-per-step", "Worker:Engine:MaxTokensPerStep", "N", "Most tokens of one step.");
        settings.Add<int>("--kv-blocks", "Worker:Engine:KvBlocks", "N", "KV blocks of 16 tokens; 0 for as many as --kv-memory-mb holds.");
        settings.Add<double>("--kv-memory-share", "Worker:Engine:KvMemoryShare", "SHARE", "Memory for KV blocks, as a share (0 to 0.9) of what the process may use.");
        settings.Add<int>("--kv-memory-mb", "Worker:Engine:KvMemoryMb", "MIB", "Memory for KV blocks, in MiB.");
        settings.Add<int>("--migration-bandwidth", "Worker:Migration:BandwidthMbps", "MB/S", "Most megabytes of KV blocks sent per second while requests are moved away. Default: no limit.");
        AddCluster(settings);
        return Serves(command, settings, "worker", WorkerProgram.Build);
    }

    private static void AddCluster(SettingOptions settings)
    {
        settings.Add<string>("--redis", RedisKey, "HOST:PORT", "The Redis that the cluster meets in.");
        settings.Add<string>(
            "--cluster-secret",
            SecretKey,
            "SECRET",
            "Secret of internal calls. Visible in the process list: prefer GODWIT__Godwit__Cluster__Secret.");
    }

    private static Command Serves(
        Command command,
        SettingOptions settings,
        string name,
        Func<WebApplicationBuilder, WebApplication> build)
    {
        Option<bool> supervised = SupervisedOption();
        command.Options.Add(supervised);
        command.SetAction(result => CommandRunner.RunAsync(
            () =>
            {
                bool isSupervised = result.GetValue(supervised);
                if (isSupervised)
                    SupervisorWatch.Start(Console.OpenStandardInput(), SupervisorWatch.EndNow);
                return ServeUntilStopped.RunAsync(name, build, settings.Load(result), isSupervised);
            },
            Console.Error));
        return command;
    }

    /// <summary>Internal: the process ends with its standard input, and leaves Ctrl-C to its supervisor.</summary>
    private static Option<bool> SupervisedOption() => new("--supervised") { Hidden = true };
}
