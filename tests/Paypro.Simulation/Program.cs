using Xunit.MicrosoftTestingPlatform;

namespace Paypro.Simulation;

internal static class Program
{
    /// <summary>Runs the tests, or with <c>simulate</c> as the first argument the long run.</summary>
    private static async Task<int> Main(string[] args) => args is ["simulate", .. var rest]
        ? LongRun.Run(rest)
        : await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
}
