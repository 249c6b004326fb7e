// The `tinyengine` command. Wrong usage exits with 2, a diagnosed error with 1.

using System.CommandLine;
using TinyEngine.Cli;

var root = new RootCommand("Compiles ONNX models to C firmware that keeps learning on a microcontroller.")
{
    InspectCommand.Create(),
    OpsCommand.Create(),
    CompileCommand.Create(),
    GradientsCommand.Create(),
    ExperimentCommand.CreateSimulate(),
    ExperimentCommand.CreateEmulate(),
    PlanCommand.Create(),
    DoctorCommand.Create(),
    Terminal.Json,
    Terminal.Verbosity,
};

foreach (var command in PlannedCommand.CreateAll())
{
    root.Add(command);
}

DocumentedCommand.UseIn(root);

// A name that begins with @ is a name: files of arguments are not read. Signals are Terminal's business.
var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
    {
        Console.Error.WriteLine($"tinyengine: {Printable.Line(Usage.Message(error))}");
    }

    Console.Error.WriteLine("tinyengine --help lists the commands.");
    return 2;
}

return parsed.Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null });
