using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestFramework(typeof(Paypro.Tests.TimedTestFramework))]

namespace Paypro.Tests;

/// <summary>
/// xUnit as it is, with a time limit for each test. xUnit's own holds for asynchronous tests that name one, and nothing in it ends a
/// test that blocks its thread, a fixture that never comes up or a program that does not end.
/// </summary>
internal sealed class TimedTestFramework : XunitTestFramework
{
    private readonly string? _configFile;
    private readonly TestWatch _watch = TestWatch.Begin();

    public TimedTestFramework()
    {
    }

    public TimedTestFramework(string? configFile)
        : base(configFile) => _configFile = configFile;

    protected override ITestFrameworkExecutor CreateExecutor(Assembly assembly) =>
        new Executor(new XunitTestAssembly(assembly, _configFile, null, null, null, null, null), _watch);

    private sealed class Executor(IXunitTestAssembly assembly, TestWatch watch) : XunitTestFrameworkExecutor(assembly)
    {
        public override ValueTask RunTestCases(
            IReadOnlyCollection<IXunitTestCase> testCases, IMessageSink executionMessageSink, ITestFrameworkExecutionOptions executionOptions, CancellationToken cancellationToken) =>
            base.RunTestCases(testCases, new Sink(executionMessageSink, watch), executionOptions, cancellationToken);
    }

    private sealed class Sink(IMessageSink inner, TestWatch watch) : IMessageSink
    {
        public bool OnMessage(IMessageSinkMessage message)
        {
            watch.See(message);
            return inner.OnMessage(message);
        }
    }
}
