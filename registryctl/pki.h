/* A development CA and certificates for trying a registry out; production brings certificates of its own PKI. */
#ifndef CTL_PKI_H
#define CTL_PKI_H

#include <registry/error.h>

struct ctl_pki;

/* A fresh CA (P-256, ten years), written to DIR/ca.crt and DIR/ca.key. The directory exists. */
REG_MUST_CHECK int ctl_pki_new(const char *directory, struct ctl_pki **ret_pki, struct reg_error_info *info);
void ctl_pki_free(struct ctl_pki *pki);
/* A certificate of two years, written to DIR/<name>.crt and DIR/<name>.key. `alt`: subject alternative names in OpenSSL's
 * notation: "URI:registry:window", "DNS:localhost,IP:127.0.0.1". */
REG_MUST_CHECK int ctl_pki_issue(struct ctl_pki *pki, const char *name, const char *alt, int server,
                                 struct reg_error_info *info);

#endif
