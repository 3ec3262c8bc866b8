using Paypro.Server.Platform;

namespace Paypro.Server.SelfService;

/// <summary>Maps what a sandbox has for whoever begins alone; a live installation has none of it.</summary>
internal static class SelfServiceSetup
{
    public static void MapSelfService(this IEndpointRouteBuilder app)
    {
        var installation = app.ServiceProvider.GetRequiredService<Installation>();
        if (installation.IsSandbox && installation.Does("portals"))
        {
            app.MapOutbox();
        }
    }
}
