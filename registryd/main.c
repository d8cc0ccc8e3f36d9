/* registryd: serves a registry. */
#include <errno.h>
#include <getopt.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/thread.h>

#include "config/options.h"
#include "log/log.h"
#include "server.h"

/* Bytes: an answer's arena would otherwise be given back to the kernel and taken again each time. */
#define FREE_MEMORY_KEPT (8 << 20)

/* 0: ended as asked; 1: left before everything was finished; 2: could not start. */
enum { EXIT_GOOD = 0, EXIT_LEFT = 1, EXIT_FAULT = 2 };

struct arguments {
    const char *directory;
    struct rd_server_options server;
};

/* The options of the command line: each is a row, and the help is made of them. */
enum {
    OPTION_DIR = 'd',
    OPTION_CHECK = 'c',
    OPTION_INSECURE = 'i',
    OPTION_LIST = 'l',
    OPTION_HELP = 'h',
    OPTION_VERSION = 'V'
};

static const struct {
    const char *name;
    const char *value; /* NULL: takes none */
    int number;
    const char *zh, *en;
} options[] = {
    {"dir", "DIR", OPTION_DIR, "登记库目录（或用环境变量 REGISTRY_DIR）", "the registry's directory (or REGISTRY_DIR)"},
    {"check-config", NULL, OPTION_CHECK, "检查配置、密钥与存储，不提供服务",
     "check configuration, keys and store; serve nobody"},
    {"insecure-caller", "URI", OPTION_INSECURE, "不用 TLS，仅限本机：任何人都是该调用方（调试用）",
     "no TLS, loopback only: everyone is this caller (for debugging)"},
    {"list-options", NULL, OPTION_LIST, "列出 registry.conf 的全部选项（Markdown）",
     "list the options of registry.conf as Markdown"},
    {"help", NULL, OPTION_HELP, "本说明", "this text"},
    {"version", NULL, OPTION_VERSION, "版本", "the version"},
};
#define OPTION_COUNT (sizeof options / sizeof options[0])

static void print_help(FILE *out)
{
    char left[64];

    fputs("registryd --dir DIR [--check-config] [--insecure-caller URI]\n"
          "为登记窗口与各部门提供登记服务（gRPC） / serves a registry to windows and departments over gRPC\n\n",
          out);
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        snprintf(left, sizeof left, "--%s %s", options[i].name, options[i].value != NULL ? options[i].value : "");
        fprintf(out, "  %-24s %s / %s\n", left, options[i].zh, options[i].en);
    }
    fputs("\nSIGTERM, SIGINT: 办结在办事务后退出，再次收到即刻退出 / finish what was begun and end; a second one: end at "
          "once\n"
          "退出码 / exit code: 0 正常 / good, 1 未办结即退出 / left unfinished, 2 无法启动 / could not start\n",
          out);
}

static void print_fault(const struct reg_error_info *info, int error)
{
    fprintf(stderr, "registryd: %s / %s\n", info->zh[0] != '\0' ? info->zh : reg_error_text_zh(error),
            info->en[0] != '\0' ? info->en : reg_error_text(error));
}

static int list_options(void)
{
    char *text = rd_options_markdown();
    bool good = text != NULL && fputs(text, stdout) >= 0;

    free(text);
    return good ? EXIT_GOOD : EXIT_FAULT;
}

/* False: there is nothing more to do; `ret_code` is the exit code. */
static bool read_arguments(int argc, char **argv, struct arguments *ret, int *ret_code)
{
    struct option long_options[OPTION_COUNT + 1] = {0};
    int option;

    for (size_t i = 0; i < OPTION_COUNT; i++)
        long_options[i] = (struct option){options[i].name, options[i].value != NULL ? required_argument : no_argument, NULL,
                                          options[i].number};
    ret->directory = getenv("REGISTRY_DIR");
    *ret_code = EXIT_GOOD;
    while ((option = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
        switch (option) {
        case OPTION_DIR:
            ret->directory = optarg;
            break;
        case OPTION_CHECK:
            ret->server.check = true;
            break;
        case OPTION_INSECURE:
            ret->server.insecure_caller = optarg;
            break;
        case OPTION_LIST:
            *ret_code = list_options();
            return false;
        case OPTION_VERSION:
            puts("registryd " RD_VERSION);
            return false;
        case OPTION_HELP:
            print_help(stdout);
            return false;
        default:
            *ret_code = EXIT_FAULT;
            return false;
        }
    }
    if (optind < argc)
        fprintf(stderr, "registryd: 多余的参数：%s / unexpected argument: %s\n", argv[optind], argv[optind]);
    else if (ret->directory == NULL || ret->directory[0] == '\0')
        fputs("registryd: 请用 --dir 指明登记库目录 / name the registry's directory with --dir\n", stderr);
    else
        return true;
    *ret_code = EXIT_FAULT;
    return false;
}

/* The signals that end the daemon are blocked in all threads; main alone takes them, one by one. */
static void block_signals(sigset_t *ret_set)
{
    signal(SIGPIPE, SIG_IGN);
    sigemptyset(ret_set);
    sigaddset(ret_set, SIGTERM);
    sigaddset(ret_set, SIGINT);
    sigprocmask(SIG_BLOCK, ret_set, NULL);
}

static bool second_signal(void *context)
{
    static const struct timespec now = {0, 0};

    return sigtimedwait(context, NULL, &now) > 0;
}

static int serve(struct rd_server *server, sigset_t *signals, struct reg_error_info *info)
{
    int r = rd_server_start(server, info), number;

    if (r < 0) {
        print_fault(info, r);
        return EXIT_FAULT;
    }
    while (sigwait(signals, &number) != 0)
        ;
    return rd_server_drain(server, second_signal, signals) ? EXIT_GOOD : EXIT_LEFT;
}

int main(int argc, char **argv)
{
    struct arguments arguments = {0};
    struct rd_config config = {0};
    struct rd_server server = {0};
    struct reg_error_info info = {"", ""};
    sigset_t signals;
    int code, r;

    mallopt(M_TRIM_THRESHOLD, FREE_MEMORY_KEPT);
    if (!read_arguments(argc, argv, &arguments, &code))
        return code;
    block_signals(&signals);
    if (evthread_use_pthreads() < 0)
        return EXIT_FAULT;
    r = rd_config_load(arguments.directory, &config, &info);
    if (r == 0) {
        rd_log_setup((enum rd_log_level)config.log_level, (enum rd_log_format)config.log_format);
        r = rd_server_open(&server, &config, &arguments.server, &info);
    }
    if (r < 0) {
        print_fault(&info, r);
        code = EXIT_FAULT;
    } else if (arguments.server.check) {
        printf("%s/registry.conf: 配置可用 / good\n", arguments.directory);
    } else {
        code = serve(&server, &signals, &info);
        if (code == EXIT_LEFT)
            _exit(code); /* others still work with what would be freed */
    }
    rd_server_close(&server);
    rd_config_clear(&config);
    return code;
}
