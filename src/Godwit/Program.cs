using Godwit.CommandLine.Commands;

return await GodwitCommand.RunAsync(args);
