#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hostile.h"

ssize_t wire_read(struct wire *w, void *to, size_t n)
{
	return w->tls ? SSL_read(w->tls, to, (int)n) : recv(w->fd, to, n, 0);
}

bool wire_send(struct wire *w, const void *bytes, size_t n)
{
	const char *at = bytes;
	ssize_t sent;

	for (; n; at += sent, n -= (size_t)sent) {
		sent = w->tls ? SSL_write(w->tls, at, n > 1 << 20 ? 1 << 20 : (int)n)
			      : send(w->fd, at, n, MSG_NOSIGNAL);
		if (sent <= 0)
			return false;
	}
	return true;
}

void wire_close(struct wire *w, bool reset)
{
	struct linger hard = { .l_onoff = 1 };

	if (w->fd < 0)
		return;
	if (reset)
		setsockopt(w->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	else if (w->tls)
		SSL_shutdown(w->tls);
	SSL_free(w->tls);
	close(w->fd);
	*w = (struct wire){ .fd = -1 };
}

bool talk_say(struct talk *t, const char *bytes)
{
	return wire_send(t->client, bytes, strlen(bytes));
}

bool talk_send(struct talk *t, const char *head, const void *body, size_t n)
{
	struct str s = { 0 };
	bool sent;

	str_addf(&s, "%sContent-Length: %zu\r\n\r\n", head, n);
	sent = wire_send(t->client, s.text, s.len) && wire_send(t->client, body, n);
	str_release(&s);
	return sent;
}

void talk_linger(struct talk *t)
{
	struct pollfd f = { .fd = t->client->fd, .events = POLLIN };
	char buf[256];

	while (!t->p->over)
		if (poll(&f, 1, 50) > 0 && recv(f.fd, buf, sizeof(buf), 0) <= 0)
			return;
}
