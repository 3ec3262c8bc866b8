using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Screens;

namespace Paypro.Server.SelfService;

/// <summary>What a sandbox has for whoever begins alone; a live installation has none of it.</summary>
internal static class SelfServiceSetup
{
    public static void AddSelfService(this IServiceCollection services, Installation installation)
    {
        if (installation.IsSandbox)
        {
            services.AddSingleton<SignUp>();
            services.AddSingleton<FirstPayment>();
        }
    }

    /// <param name="app">Where.</param>
    /// <param name="links">The head of the dashboard's screens.</param>
    public static void MapSelfService(this IEndpointRouteBuilder app, Func<SignedIn, IReadOnlyList<ScreenLink>> links)
    {
        var installation = app.ServiceProvider.GetRequiredService<Installation>();
        if (installation.IsSandbox && installation.Does("portals"))
        {
            app.MapOutbox();
            app.MapComponents();
            app.MapStart(links);
        }
    }
}
