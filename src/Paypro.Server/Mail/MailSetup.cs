using Paypro.Server.Platform;

namespace Paypro.Server.Mail;

/// <summary>Registers the room.</summary>
internal static class MailSetup
{
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromMinutes(10);

    public static void AddMails(this IServiceCollection services, PayproOptions options)
    {
        SmtpServer.Check(options);
        services.AddSingleton<Mails>();
        services.AddSingleton<SendMails>();
        services.AddSingleton<IMailServer, SmtpServer>();
    }

    public static void AddMailLoops(this IServiceCollection services, PayproOptions options)
    {
        if (options.Mail.Host.Length > 0)
        {
            services.AddLoop("mails", s => s.GetRequiredService<SendMails>().RunOnceAsync, SendMails.Every, slowest: SendMails.Slowest);
        }

        services.AddLoop("old mails", s => async _ => { await s.GetRequiredService<SendMails>().ForgetAsync(); return false; }, ForgetEvery);
    }
}
